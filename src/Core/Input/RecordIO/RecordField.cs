namespace KMeans.Input.RecordIO;

/// <summary>The parts of a record, by their numbers in the message aialgs.data.Record.</summary>
public enum RecordField
{
    /// <summary>Named tensors that a model is trained on or applied to; the row's vector is called "values".</summary>
    Features = 1,

    /// <summary>Named tensors that belong to the row: its label, or what a model says of it.</summary>
    Label = 2,

    /// <summary>The row's own name.</summary>
    Uid = 3,

    /// <summary>Text that is passed on.</summary>
    Metadata = 4,

    /// <summary>Text about how the row is to be treated.</summary>
    Configuration = 5,
}
