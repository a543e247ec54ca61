using System.Data;
using Npgsql;

namespace KMeans.Deploy.Tests.Support;

/// <summary>
/// The statements of OrleansQuery, sent as Orleans' ADO.NET providers do: by parameter names and the general types of
/// <see cref="DbType"/>, a value that is not there as a typed null, a transaction only where the statement makes one.
/// </summary>
internal sealed class OrleansQueries(NpgsqlDataSource database)
{
    private readonly Dictionary<string, string> texts = Read(database);

    public IReadOnlyCollection<string> Keys => texts.Keys;

    /// <summary>The rows of a statement, by the columns' names in the case that Orleans uses.</summary>
    public List<Row> Query(string key, params (string Name, object? Value, DbType Type)[] parameters)
    {
        using var connection = database.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = texts[key];
        foreach (var (name, value, type) in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { ParameterName = name, DbType = type, Value = value ?? DBNull.Value });
        }

        var rows = new List<Row>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var columns = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < reader.FieldCount; i++)
            {
                columns.Add(reader.GetName(i), reader.IsDBNull(i) ? null : reader.GetValue(i));
            }

            rows.Add(new Row(columns));
        }

        return rows;
    }

    /// <summary>The answer of a statement that must give one row with one column, as a yes or no.</summary>
    public bool Succeeds(string key, params (string Name, object? Value, DbType Type)[] parameters)
    {
        var row = Assert.Single(Query(key, parameters));
        return Convert.ToBoolean(Assert.Single(row.Columns).Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Dictionary<string, string> Read(NpgsqlDataSource database)
    {
        using var command = database.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery");
        using var reader = command.ExecuteReader();
        var texts = new Dictionary<string, string>();
        while (reader.Read())
        {
            texts.Add(reader.GetString(reader.GetOrdinal("QueryKey")), reader.GetString(reader.GetOrdinal("QueryText")));
        }

        return texts;
    }
}

/// <summary>A row of an answer.</summary>
internal sealed class Row(Dictionary<string, object?> columns)
{
    public IReadOnlyDictionary<string, object?> Columns => columns;

    public object? this[string name] => columns.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"No column {name}; there are {string.Join(", ", columns.Keys)}.");
}
