using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Hosting;

/// <summary>A variant as a configuration asks for it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Weight">Its share.</param>
/// <param name="Instances">How many instances.</param>
internal sealed record PlannedVariant(string Name, string Model, double Weight, long Instances);

/// <summary>What a CreateEndpointConfig asks for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Variants">At least one.</param>
internal sealed record EndpointConfigPlan(string Name, IReadOnlyList<PlannedVariant> Variants)
{
    private const int MostVariants = 10;
    private const double MostWeight = 1e9;

    /// <summary>Reads and checks a request.</summary>
    /// <param name="fields">The request.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ApiException">A member is missing or wrong.</exception>
    public static EndpointConfigPlan Parse(ApiFields fields)
    {
        var name = fields.RequireName("EndpointConfigName");
        var variants = fields.Objects("ProductionVariants", MostVariants).Select(variant => new PlannedVariant(
            variant.RequireName("VariantName"),
            variant.RequireName("ModelName"),
            Weight(variant),
            variant.Whole("InitialInstanceCount", 0, 10_000) ?? 1)).ToList();
        if (variants.Count == 0)
        {
            throw ApiErrors.Missing("productionVariants");
        }

        return variants.DistinctBy(variant => variant.Name).Count() == variants.Count ? new EndpointConfigPlan(name, variants)
            : throw ApiErrors.Validation("ProductionVariants: each variant must have a VariantName of its own.");
    }

    /// <summary>The request of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its members.</returns>
    public static ApiFields Stored(StoredRecord record) => ApiFields.Of(JsonNode.Parse(record.Document)!.AsObject());

    private static double Weight(ApiFields variant)
    {
        if (variant.Node["InitialVariantWeight"] is not { } node)
        {
            return 1;
        }

        return node.GetValueKind() == JsonValueKind.Number && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight is >= 0 and <= MostWeight
            ? weight
            : throw ApiErrors.Constraint(node.ToJsonString(), "productionVariants.initialVariantWeight", "Member must have value greater than or equal to 0");
    }
}
