namespace Gateway.Admin.OpenApi;

/// <summary>The query parameters by name: a name means the same everywhere.</summary>
internal static class AdminParameters
{
    private const string Text = """{"type":"string","minLength":1,"maxLength":512}""";
    private const string Instant = """{"type":"string","examples":["2026-11-20","2026-11-20T08:30:00Z"]}""";

    private static readonly Dictionary<string, (string Schema, string Description)> All = new(StringComparer.Ordinal)
    {
        ["from"] = (Instant, "Admitted at this instant or later; a day is one of UTC."),
        ["to"] = (Instant, "Admitted before this instant; a day is one of UTC."),
        ["key"] = (Text, "The name of a key."),
        ["team"] = (Text, "The name of a team."),
        ["model"] = (Text, "The model that was asked for."),
        ["provider"] = (Text, "The provider that served."),
        ["kind"] = (Text, "The kind of entry: key, team, token, raise, prompt."),
        ["category"] = (Text, "What prompts are filed under."),
        ["contains"] = (Text, "What names have in them, in capitals or not."),
        ["archived"] = ("""{"type":"boolean","default":false}""", "The archived ones instead of the others."),
        ["against"] = (Text, "The version, by its number or a label, that it is compared with; absent: the one before it."),
        ["name"] = (Text, "The entry's name."),
        ["actor"] = (Text, "Who made the change: admin_key, or token:NAME."),
        ["source"] = ("""{"type":"string","enum":["file","store"]}""", "Where the entry is written."),
        ["limit"] = ("""{"type":"integer","minimum":1,"maximum":1000,"default":100}""", "Entries a page; exports have none."),
        ["cursor"] = (Text, "The 'next' of the page before; exports have none."),
        ["format"] = ("""{"type":"string","enum":["json","csv","jsonl"],"default":"json"}""", "csv and jsonl write everything in one answer. The Accept header says the same."),
        ["prompt"] = (Text, "A prompt's name: what was answered to requests with it, of whatever version."),
        ["tag"] = (Text, "What requests were called in x-gateway-tags: their answers."),
        ["unspent"] = (Text, "release: what the gateway had of budgets and neither said nor wrote into the ledger as spent is free again; keep: all of it counts as spent. Needed where it had any."),
        ["group_by"] = (Text, "Dimensions, separated by commas: " + string.Join(", ", QueryParameters.DimensionNames) + "."),
    };

    /// <summary>A parameter's JSON Schema, and a sentence about it.</summary>
    public static (string Schema, string Description) Describe(string name) => All[name];
}
