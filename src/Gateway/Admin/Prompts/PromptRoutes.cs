using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Prompts;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Admin.Prompts;

/// <summary>What the endpoints of prompts, their versions and their labels have in common.</summary>
internal abstract class PromptRoutes(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : EntityEndpoints(EntityKinds.Prompt, "prompts", store, book, snapshots, time)
{
    protected SnapshotHolder Holder => holder;

    protected static StoredPrompt PromptOf(Entity entity) => StoredPrompt.Parse(entity.Document) ?? throw new StoreException($"The document of the prompt '{entity.Name}' in the store is damaged.");

    protected override GatewayError? Check(JsonElement document)
    {
        StoredPromptShape.Bind(Written(document), holder.Current.Config, out var errors);
        return Blame(errors);
    }

    protected override Action<Utf8JsonWriter>? WriteFileEntry(string name) => File.Prompts.FirstOrDefault(p => p.Name == name) is { } prompt ? json => PromptJson.Write(json, prompt) : null;

    protected override string? TeamOf(JsonElement document) => document.TryGetProperty("team", out var team) ? team.ToString() : null;

    protected override string? TeamOfFileEntry(string name) => null;

    /// <summary>Only an admin moves what applications are told in production.</summary>
    protected bool IsProtected(string label) => holder.Current.Config.ProtectedLabels.Contains(label, StringComparer.Ordinal);

    protected static GatewayError? Forbidden(HttpContext http, string label) => AdminPrincipal.Of(http).Role == AdminRoles.Admin ? null
        : new(ErrorKind.Forbidden, $"The label '{label}' is protected (protected_labels): only an admin moves or removes it, or archives a prompt that has it.");

    protected static GatewayError? RefuseArchived(StoredPrompt prompt) =>
        prompt.Archived ? new(ErrorKind.Conflict, $"The prompt '{prompt.Name}' is archived; POST /admin/v1/prompts/{prompt.Name}/restore brings it back.") : null;

    /// <summary>A function that would be left without its prompt; null: there is none.</summary>
    /// <param name="isNamed">Whether a selector (null: none) means what is to go.</param>
    protected GatewayError? RefuseUsed(string prompt, Func<string?, bool> isNamed, string what)
    {
        var functions = holder.Current.Config.Functions
            .Where(f => PromptReference.Of(f.Prompt) is var reference && reference.Name == prompt && isNamed(reference.Selector)).Select(static f => f.Name).Take(5).ToList();
        return functions.Count == 0 ? null : new(ErrorKind.Conflict, $"Functions use {what}: {string.Join(", ", functions)}. Change them in the configuration file first.");
    }

    /// <summary>What people write of a prompt, without what the gateway keeps beside it.</summary>
    private static JsonElement Written(JsonElement document)
    {
        var text = Compact(json =>
        {
            json.WriteStartObject();
            foreach (var member in document.EnumerateObject().Where(static m => m.Name is not ("labels" or "versions" or "archived"))) member.WriteTo(json);
            json.WriteEndObject();
        });
        using var written = JsonDocument.Parse(text);
        return written.RootElement.Clone();
    }
}
