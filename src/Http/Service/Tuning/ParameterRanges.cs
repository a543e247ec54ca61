using System.Globalization;
using KMeans.Http.Service.Api;

namespace KMeans.Http.Service.Tuning;

/// <summary>A hyperparameter that is searched over.</summary>
/// <param name="Name">Its name.</param>
internal abstract record ParameterRange(string Name)
{
    /// <summary>How many values there are; null for any number.</summary>
    public abstract long? Count { get; }

    /// <summary>A value.</summary>
    /// <param name="index">0 to <see cref="Count"/>.</param>
    /// <returns>The value as a text.</returns>
    public abstract string At(long index);

    /// <summary>A random value.</summary>
    /// <param name="unit">Uniform in [0, 1).</param>
    /// <returns>The value as a text.</returns>
    public abstract string Draw(double unit);

    /// <summary>Two values between which all are: what is allowed for them is allowed for all.</summary>
    /// <returns>The least and the greatest; of words all.</returns>
    public abstract IEnumerable<string> Ends();

    /// <summary>Reads the ranges of a request.</summary>
    /// <param name="fields">ParameterRanges.</param>
    /// <returns>At least one, each name once.</returns>
    /// <exception cref="ApiException">A range is wrong.</exception>
    public static IReadOnlyList<ParameterRange> Parse(ApiFields fields)
    {
        const int most = 30;
        List<ParameterRange> ranges =
        [
            .. fields.Objects("IntegerParameterRanges", most).Select(range => new WholeRange(
                range.RequireText("Name", 256), Number(range, "MinValue", long.Parse), Number(range, "MaxValue", long.Parse), range.Choice("ScalingType", "Auto", "Linear", "Logarithmic") == "Logarithmic")),
            .. fields.Objects("ContinuousParameterRanges", most).Select(range => new RealRange(
                range.RequireText("Name", 256), Number(range, "MinValue", double.Parse), Number(range, "MaxValue", double.Parse), range.Choice("ScalingType", "Auto", "Linear", "Logarithmic", "ReverseLogarithmic") ?? "Auto")),
            .. fields.Objects("CategoricalParameterRanges", most).Select(range => new WordRange(range.RequireText("Name", 256), range.Texts("Values", most))),
        ];
        foreach (var range in ranges)
        {
            range.Require();
        }

        return ranges.Count is > 0 and <= most && ranges.DistinctBy(range => range.Name).Count() == ranges.Count
            ? ranges
            : throw ApiErrors.Validation($"ParameterRanges must have 1 to {most} hyperparameters, each once.");
    }

    /// <summary>Insists that the range is one.</summary>
    protected abstract void Require();

    private static T Number<T>(ApiFields range, string name, Func<string, NumberStyles, IFormatProvider, T> parse)
    {
        var text = range.RequireText(name, 256);
        try
        {
            return parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw ApiErrors.Validation($"ParameterRanges: {name} '{text}' of '{range.Text("Name")}' is no such number.");
        }
    }
}

/// <summary>Whole numbers from one to another.</summary>
/// <param name="Name">The hyperparameter.</param>
/// <param name="Least">The least.</param>
/// <param name="Most">The greatest.</param>
/// <param name="IsLogarithmic">Whether numbers are drawn evenly by their logarithms.</param>
internal sealed record WholeRange(string Name, long Least, long Most, bool IsLogarithmic) : ParameterRange(Name)
{
    /// <inheritdoc/>
    public override long? Count => Most - Least + 1;

    /// <inheritdoc/>
    public override string At(long index) => (Least + index).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string Draw(double unit)
    {
        // Half a number at each end, so that the ends are as likely as the numbers between.
        var value = IsLogarithmic ? Math.Exp(Math.Log(Least - 0.5) + (unit * (Math.Log(Most + 0.5) - Math.Log(Least - 0.5)))) : Least - 0.5 + (unit * (Most - Least + 1));
        return Math.Clamp((long)Math.Round(value, MidpointRounding.AwayFromZero), Least, Most).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Ends() => [At(0), At(Count!.Value - 1)];

    /// <inheritdoc/>
    protected override void Require()
    {
        if (Least > Most || Least < int.MinValue || Most > int.MaxValue || (IsLogarithmic && Least < 1))
        {
            throw ApiErrors.Validation($"ParameterRanges: MinValue {Least} and MaxValue {Most} of '{Name}' are no range{(IsLogarithmic ? " of positive numbers" : "")}.");
        }
    }
}

/// <summary>Numbers from one to another.</summary>
/// <param name="Name">The hyperparameter.</param>
/// <param name="Least">The least.</param>
/// <param name="Most">The greatest.</param>
/// <param name="Scaling">Auto and Linear are even; Logarithmic and ReverseLogarithmic are even by the logarithm of the number, or of what it lacks of 1.</param>
internal sealed record RealRange(string Name, double Least, double Most, string Scaling) : ParameterRange(Name)
{
    /// <inheritdoc/>
    public override long? Count => null;

    /// <inheritdoc/>
    public override string At(long index) => throw new InvalidOperationException();

    /// <inheritdoc/>
    public override string Draw(double unit) => Math.Clamp(
        Scaling switch
        {
            "Logarithmic" => Math.Exp(Math.Log(Least) + (unit * (Math.Log(Most) - Math.Log(Least)))),
            "ReverseLogarithmic" => 1 - Math.Exp(Math.Log(1 - Least) + (unit * (Math.Log(1 - Most) - Math.Log(1 - Least)))),
            _ => Least + (unit * (Most - Least)),
        },
        Least,
        Most).ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override IEnumerable<string> Ends() => [Least.ToString("R", CultureInfo.InvariantCulture), Most.ToString("R", CultureInfo.InvariantCulture)];

    /// <inheritdoc/>
    protected override void Require()
    {
        var fits = Scaling switch { "Logarithmic" => Least > 0, "ReverseLogarithmic" => Least >= 0 && Most < 1, _ => true };
        if (!double.IsFinite(Least) || !double.IsFinite(Most) || Least > Most || !fits)
        {
            throw ApiErrors.Validation($"ParameterRanges: MinValue and MaxValue of '{Name}' are no range for the scaling {Scaling}.");
        }
    }
}

/// <summary>A few words.</summary>
/// <param name="Name">The hyperparameter.</param>
/// <param name="Words">The words.</param>
internal sealed record WordRange(string Name, IReadOnlyList<string> Words) : ParameterRange(Name)
{
    /// <inheritdoc/>
    public override long? Count => Words.Count;

    /// <inheritdoc/>
    public override string At(long index) => Words[(int)index];

    /// <inheritdoc/>
    public override string Draw(double unit) => Words[(int)(unit * Words.Count)];

    /// <inheritdoc/>
    public override IEnumerable<string> Ends() => Words;

    /// <inheritdoc/>
    protected override void Require()
    {
        if (Words.Count == 0 || Words.Distinct(StringComparer.Ordinal).Count() != Words.Count)
        {
            throw ApiErrors.Validation($"ParameterRanges: Values of '{Name}' must be one or more, each once.");
        }
    }
}
