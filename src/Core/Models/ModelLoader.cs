using System.Buffers.Binary;
using KMeans.Input;
using KMeans.Storage;

namespace KMeans.Models;

/// <summary>Makes a model of the files that <see cref="ModelFolder"/> and others write.</summary>
internal static class ModelLoader
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="withState">Whether to load the core-set.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    public static TrainedModel Load(string path, bool withState)
    {
        if (!ObjectStores.FolderExists(path))
        {
            return LoadFile(path);
        }

        if (ObjectStores.FileExists(ObjectPath.Combine(path, ModelFolder.DocumentName)))
        {
            return LoadFolder(path, withState);
        }

        if (ObjectStores.FileExists(ObjectPath.Combine(path, ModelFolder.CentersName)))
        {
            throw new InputException(
                $"{path}: is not a model folder: it has {ModelFolder.CentersName} but no {ModelFolder.DocumentName}, which is written last; wait until it is written, train again, or name a {ModelFolder.ArchiveName}.");
        }

        string[] others = [ObjectPath.Combine(path, ModelFolder.ArchiveName), ObjectPath.Combine(path, ModelArchive.MemberName)];
        return others.FirstOrDefault(ObjectStores.FileExists) is { } file
            ? LoadFile(file)
            : throw new InputException($"{path}: is not a model folder: it has no {ModelFolder.DocumentName}; name a folder that training wrote, or a {ModelFolder.ArchiveName}.");
    }

    private static TrainedModel LoadFile(string path)
    {
        Span<byte> head = stackalloc byte[8];
        long length;
        using (var source = ObjectStores.Open(path))
        {
            head = head[..source.Read(0, head)];
            length = source.Length;
        }

        if (ModelArchive.Sniff(head))
        {
            return Foreign(ModelArchive.Read(path));
        }

        if (head.Length == 8 && BinaryPrimitives.ReadUInt64LittleEndian(head) == NdArrayFile.ListMagic)
        {
            using var stream = new ByteSourceStream(ObjectStores.Open(path));
            return Foreign(NdArrayFile.Read(stream, length, path));
        }

        throw new InputException($"{path}: is not a model; name a model folder or a {ModelFolder.ArchiveName}.");
    }

    /// <summary>A model of another program: centers, and nothing else known.</summary>
    private static TrainedModel Foreign(Matrix centers) => new()
    {
        ClusterCount = centers.RowCount,
        Columns = Enumerable.Range(0, centers.ColumnCount).Select(i => new FeatureColumn($"c{i}", 1)).ToArray(),
        ColumnsAreNamed = false,
        Transform = ColumnTransform.Identity(centers.ColumnCount),
        Fill = new float[centers.ColumnCount],
        Centers = centers.Values,
        ClusterWeights = [],
        Cost = null,
        Rows = 0,
        Seed = 0,
        Parameters = new Dictionary<string, string>(),
    };

    private static TrainedModel LoadFolder(string path, bool withState)
    {
        var documentPath = ObjectPath.Combine(path, ModelFolder.DocumentName);
        var document = ModelDocumentFile.Read(documentPath);
        var statePath = ObjectPath.Combine(path, ModelFolder.StateName);
        var hasState = ObjectStores.FolderExists(statePath);
        var transform = new ColumnTransform(document.Shift, document.Factor);
        var singles = ReadCenters<float>(ObjectPath.Combine(path, ModelFolder.CentersName), document);
        var centers = hasState ? ReadCenters<double>(ObjectPath.Combine(statePath, ModelFolder.StateCentersName), document) : ToModelSpace(singles, transform);
        if (!centers.All(double.IsFinite))
        {
            var source = hasState ? ObjectPath.Combine(statePath, ModelFolder.StateCentersName) : ObjectPath.Combine(path, ModelFolder.CentersName);
            throw new InputException($"{source}: has a center that is not finite; restore the file or train again.");
        }

        var model = new TrainedModel
        {
            AlgorithmVersion = document.AlgorithmVersion,
            ClusterCount = document.K,
            Columns = document.Columns,
            ColumnsAreNamed = document.ColumnsAreNamed,
            Transform = transform,
            Fill = document.Fill,
            Centers = centers,
            ClusterWeights = document.ClusterSizes,
            Cost = ModelDocumentFile.Cost(document),
            Rows = document.Rows,
            Seed = document.Seed,
            Parameters = document.Parameters,
            Distance = ModelDocumentFile.Distance(document.Distance),
            OutlierDistances = document.OutlierDistances,
            Recipe = document.Recipe,
            State = hasState && withState ? CoreSetFile.Read(ObjectPath.Combine(statePath, ModelFolder.CoreSetName), document.Features) : null,
        };
        if (hasState)
        {
            Verify(path, model, document, singles);
        }

        return model;
    }

    private static T[] ReadCenters<T>(string path, ModelDocument document)
        where T : unmanaged
    {
        using var source = ObjectStores.Open(path);
        var shape = NpyReader.ReadShape(source);
        return (shape.RowCount, shape.ColumnCount) == (document.K, document.Features)
            ? NpyReader.Read<T>(source, shape)
            : throw new InputException(
                $"{path}: has shape ({shape.RowCount}, {shape.ColumnCount}) where {ModelFolder.DocumentName} says ({document.K}, {document.Features}); restore the file or train again.");
    }

    private static double[] ToModelSpace(float[] centers, ColumnTransform transform)
    {
        var result = new double[centers.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = transform.Apply((double)centers[i], i % transform.FeatureCount);
        }

        return result;
    }

    private static void Verify(string path, TrainedModel model, ModelDocument document, float[] singles)
    {
        if (model.Fingerprint != document.Fingerprint)
        {
            throw new InputException(
                $"{ObjectPath.Combine(path, ModelFolder.DocumentName)}: the fingerprint is not that of {ModelFolder.StateName}/{ModelFolder.StateCentersName}; a file was changed, so restore it or train again.");
        }

        if (!ModelFolder.ToSingle(model.CentersInColumnUnits).AsSpan().SequenceEqual(singles))
        {
            throw new InputException($"{ObjectPath.Combine(path, ModelFolder.CentersName)}: is not the model's centers, rounded; the file was changed, so restore it or train again.");
        }
    }
}
