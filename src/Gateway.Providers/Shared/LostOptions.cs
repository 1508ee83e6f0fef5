using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>As <see cref="LostMembers"/>, of functions, the choice among them and the form of the answer.</summary>
internal readonly struct LostOptions(Hints carried, RequestFit fit)
{
    private const string Tool = "tools[]", Choice = "tool_choice", Format = "response_format";

    /// <param name="tool">A function. Its <c>strict</c> is the translators'.</param>
    public void Name(ChatTool tool)
    {
        Name(tool.Rest, Tool, Hints.Cache, ChatHints.CacheControl);
        Name(tool.Function?.Rest, Tool + ".function", Hints.Cache, ChatHints.CacheControl, "strict");
    }

    public void Name(ChatToolChoiceObject choice)
    {
        Name(choice.Rest, Choice, Hints.None, null);
        Name(choice.Function?.Rest, Choice + ".function", Hints.None, null);
    }

    /// <param name="format">Whether a schema is kept to strictly is no question: it is.</param>
    public void Name(ChatResponseFormat format)
    {
        if (format is { Type: not "json_schema", JsonSchema: not null }) fit.Drop(Format + ".json_schema");
        Name(format.Rest, Format, Hints.None, null);
        Name(format.JsonSchema?.Rest, Format + ".json_schema", Hints.SchemaDescription, "description", "strict");
    }

    /// <param name="hint">Which providers have a place for <paramref name="hinted"/>.</param>
    /// <param name="read">By everybody.</param>
    private void Name(Dictionary<string, JsonElement>? rest, string place, Hints hint, string? hinted, string? read = null)
    {
        if (rest is null) return;
        foreach (var (name, value) in rest)
        {
            if (name != read && (name != hinted || !carried.HasFlag(hint))) fit.Lose(place, name, value);
        }
    }
}
