using System.Text;
using System.Text.Json.Nodes;

namespace KMeans.Http.Tests.Support;

/// <summary>Makes wrong requests from a right one.</summary>
internal static class Malformed
{
    public static byte[] Change(JsonObject whole, Random random) => random.Next(3) switch
    {
        0 => Bytes(whole, random),
        1 => Encoding.UTF8.GetBytes(Member(whole, random).ToJsonString()),
        _ => Encoding.UTF8.GetBytes(Text(whole, random)),
    };

    /// <summary>Cuts it, or changes bytes of it.</summary>
    private static byte[] Bytes(JsonObject whole, Random random)
    {
        var body = Encoding.UTF8.GetBytes(whole.ToJsonString());
        if (random.Next(2) == 0)
        {
            return body[..random.Next(body.Length)];
        }

        for (var i = random.Next(1, 6); i > 0; i--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return body;
    }

    /// <summary>Gives one member a value of another kind, or removes it.</summary>
    private static JsonObject Member(JsonObject whole, Random random)
    {
        var changed = (JsonObject)whole.DeepClone();
        var objects = new List<JsonObject>();
        Collect(changed, objects);
        var target = objects[random.Next(objects.Count)];
        var name = target.ElementAt(random.Next(target.Count)).Key;
        target[name] = random.Next(10) switch
        {
            0 => null,
            1 => 12,
            2 => -1.5,
            3 => "",
            4 => new string('a', 3000),
            5 => "\u0000\u001b[31m\n",
            6 => new JsonArray(1, "a"),
            7 => new JsonObject { ["a"] = new JsonObject() },
            8 => true,
            _ => "../../../etc/passwd",
        };
        return changed;
    }

    /// <summary>Breaks the text itself.</summary>
    private static string Text(JsonObject whole, Random random)
    {
        var text = whole.ToJsonString();
        return random.Next(6) switch
        {
            0 => text[..^1] + ",\"TrainingJobName\":\"twice\"}",
            1 => new string('[', 200) + text,
            2 => text.Replace("\"k\":\"2\"", "\"k\":\"\\ud800\"", StringComparison.Ordinal),
            3 => "[" + text + "]",
            4 => text + text,
            _ => text.Replace("\"InstanceCount\":1", "\"InstanceCount\":1e999", StringComparison.Ordinal),
        };
    }

    private static void Collect(JsonNode? node, List<JsonObject> objects)
    {
        switch (node)
        {
            case JsonObject found:
                objects.Add(found);
                foreach (var (_, child) in found)
                {
                    Collect(child, objects);
                }

                break;
            case JsonArray list:
                foreach (var child in list)
                {
                    Collect(child, objects);
                }

                break;
        }
    }
}
