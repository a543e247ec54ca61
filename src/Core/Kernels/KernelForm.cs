namespace KMeans.Kernels;

/// <summary>What runs across the lanes of a float32 kernel's vectors.</summary>
internal enum KernelForm
{
    /// <summary>Centers, in panels: <see cref="PanelBlock{TLanes, TVector}"/>.</summary>
    Panels,

    /// <summary>Samples: <see cref="ColumnBlock{TLanes, TVector}"/>.</summary>
    Columns,

    /// <summary>Features: <see cref="FeatureBlock{TLanes, TVector}"/>.</summary>
    Features,
}
