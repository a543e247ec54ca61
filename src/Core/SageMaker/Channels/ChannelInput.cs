using KMeans.Coordination;
using KMeans.Input;

namespace KMeans.SageMaker;

/// <summary>Opens channels as rows, and says what is wrong with them in the words of a job instead of a command's.</summary>
public static class ChannelInput
{
    /// <summary>Opens what is trained on.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="featureDim">What the job says about their width.</param>
    /// <returns>The rows, to be disposed.</returns>
    /// <exception cref="InputException">A file cannot be read, there are no rows, or they are not so wide.</exception>
    public static InputSet OpenTrain(Channel channel, string folder, int featureDim)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var input = InputSet.Create(Open(channel, folder), channel.Content.Choice);
        return Checked(input, channel, featureDim);
    }

    /// <summary>Opens what costs are computed on.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="folder">Where its files are.</param>
    /// <param name="train">The rows trained on: columns with names match theirs by name, others by position behind the labels.</param>
    /// <returns>The rows, to be disposed.</returns>
    /// <exception cref="InputException">A file cannot be read, or has other columns.</exception>
    public static InputSet OpenTest(Channel channel, string folder, InputSet train)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(train);
        var files = Open(channel, folder);
        var input = train.ColumnsAreNamed ? InputSet.Match(files, train.Columns, columnsAreNamed: true, channel.Content.Choice) : InputSet.Create(files, channel.Content.Choice);
        return Checked(input, channel, train.FeatureCount);
    }

    /// <summary>Whether this host has rows of a channel: where each has files of its own, one may have none.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="folder">Where its files are.</param>
    /// <returns>True also where every host should have them.</returns>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static bool HasRows(Channel channel, string folder)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.Distribution == DataDistribution.FullyReplicated)
        {
            return true;
        }

        var files = InputFiles.Open([folder], channel.Content.Format);
        var hasRows = !InputFiles.IsWithoutRows(files[0]);
        foreach (var file in files)
        {
            file.Dispose();
        }

        return hasRows;
    }

    /// <summary>Insists on a width.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="channel">Where they came from.</param>
    /// <param name="featureDim">The width.</param>
    /// <exception cref="InputException">They have another.</exception>
    public static void Check(InputSet input, Channel channel, int featureDim)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(channel);
        if (input.FeatureCount != featureDim)
        {
            throw new InputException($"ClientError: channel {channel.Name}: rows have {input.FeatureCount} features where feature_dim is {featureDim}{LabelHint(channel.Content, input.FeatureCount, featureDim)}.");
        }
    }

    private static InputSet Checked(InputSet input, Channel channel, int featureDim)
    {
        try
        {
            Check(input, channel, featureDim);
            return input;
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<InputFile> Open(Channel channel, string folder)
    {
        var files = InputFiles.Open([folder], channel.Content.Format);
        try
        {
            CheckColumns(channel, folder, files[0]);
            return files;
        }
        catch
        {
            foreach (var file in files)
            {
                file.Dispose();
            }

            throw;
        }
    }

    private static void CheckColumns(Channel channel, string folder, InputFile first)
    {
        var columns = first.Columns;
        if (InputFiles.IsWithoutRows(first))
        {
            throw new InputException($"ClientError: channel {channel.Name}: there are no rows in {folder}.");
        }

        if (columns.Count <= channel.Content.LabelSize)
        {
            throw new InputException($"ClientError: channel {channel.Name}: {first.Path}: rows have {columns.Count} columns, and label_size={channel.Content.LabelSize} takes as many; say text/csv;label_size=0 where there are no labels.");
        }

        for (var i = channel.Content.LabelSize; i < columns.Count && channel.Content.IsCsv; i++)
        {
            if (!columns[i].IsNumeric)
            {
                throw new InputException($"ClientError: Unable to parse csv: {first.Path}: column {i + 1} is text; every field must be a number, and there must be no header line.");
            }
        }
    }

    private static string LabelHint(ChannelContent content, int width, int featureDim) => !content.IsCsv ? "; correct one of them"
        : width == featureDim - content.LabelSize ? $": the first {(content.LabelSize == 1 ? "column was" : $"{content.LabelSize} columns were")} taken for labels; say text/csv;label_size=0 where there are none"
        : $"; correct one of them (label_size is {content.LabelSize})";
}
