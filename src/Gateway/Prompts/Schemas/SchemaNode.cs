using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Prompts.Schemas;

[Flags]
internal enum JsonTypes { Any = 0, Null = 1, Boolean = 2, Number = 4, Integer = 8, String = 16, Array = 32, Object = 64 }

/// <summary>One schema inside a schema, compiled; what it does not say is null or empty, and allows everything.</summary>
internal sealed class SchemaNode
{
    /// <summary>The schemas <c>true</c> and <c>false</c>.</summary>
    public static SchemaNode Anything { get; } = new();

    public static SchemaNode Nothing { get; } = new() { IsNothing = true };

    public bool IsNothing { get; init; }

    /// <summary>Several: one of them.</summary>
    public JsonTypes Types { get; set; }

    /// <summary>Of <c>enum</c> and <c>const</c>.</summary>
    public JsonElement[]? Values { get; set; }

    public Dictionary<string, SchemaNode>? Properties { get; set; }

    public string[] Required { get; set; } = [];

    /// <summary>Of members that <see cref="Properties"/> does not have.</summary>
    public SchemaNode? Others { get; set; }

    public SchemaNode? Items { get; set; }

    /// <summary>Of a list's items, of a string's characters and of an object's members.</summary>
    public SizeRange ItemCount { get; set; }

    public SizeRange Length { get; set; }

    public SizeRange MemberCount { get; set; }

    public Regex? Pattern { get; set; }

    public double? Minimum { get; set; }

    public double? Maximum { get; set; }

    public double? Above { get; set; }

    public double? Below { get; set; }

    public decimal? MultipleOf { get; set; }

    public SchemaNode[] All { get; set; } = [];

    public SchemaNode[] Any { get; set; } = [];

    public SchemaNode[] One { get; set; } = [];

    public SchemaNode? Not { get; set; }

    /// <summary>Another one that holds too, of <c>$ref</c>.</summary>
    public SchemaNode? Same { get; set; }
}

/// <summary>Null: no bound.</summary>
internal readonly record struct SizeRange(int? Least, int? Most);
