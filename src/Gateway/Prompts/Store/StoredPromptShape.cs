using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Entities;

namespace Gateway.Prompts.Store;

/// <summary>What people write of a prompt in the store; versions and labels have requests of their own.</summary>
internal static class StoredPromptShape
{
    private static readonly Key<string> Name = new("name", Texts.PromptName, "What functions and x-gateway-prompt call it; it stays.") { Required = true };

    private static readonly Key<string> Team = new("team", Texts.Name, "The team whose managers may change it; absent: only admins.");

    private static readonly Key<string> Category = new("category", Texts.Name, "For people: what it is filed under.");

    private static readonly Key<string> Description = new("description", Texts.Description, "For people: what it is for.");

    public static readonly RecordKind<StoredPrompt> Kind = new("prompt", [Name, Team, Category, Description], static m =>
    {
        var prompt = new StoredPrompt { Name = m.Get(Name)!, Team = m.Get(Team), Category = m.Get(Category), Description = m.Get(Description) };
        if (prompt.Team is { } team) m.RequireKnown(Team, team, m.Context.Teams);
        return prompt;
    });

    /// <param name="errors">Everything that is wrong; empty: the prompt is returned.</param>
    public static StoredPrompt? Bind(JsonElement document, GatewayConfig config, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink(EntityKinds.Prompt);
        var teams = new NameRegistry("team");
        foreach (var team in config.Teams) teams.Declare(team.Name, JsonNodes.Text(team.Name));
        Kind.TryBind(JsonNodes.Of(document), new BindContext(sink, null, []) { Teams = teams }, out var prompt);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? prompt : null;
    }
}
