using System.Globalization;
using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Shapes;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Prompts.Store;
using Gateway.Routing;

namespace Gateway.Admin.Prompts;

/// <summary><c>/admin/v1/prompts/{name}/labels/{label}</c>: which version a label means. To move one is to ship, and to move it back is to roll back.</summary>
internal sealed class PromptLabelEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : PromptRoutes(store, book, snapshots, holder, time)
{
    private const string Version = "version";
    private const string Expected = "expected";

    public async Task<Outcome<AdminAnswer>> SetAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown) return unknown;
        var label = LabelOf(http);
        var body = await AdminBody.ReadAsync(http.Request);
        if (!body.IsOk) return body.Error;
        if (Read(body.Value, out var version, out var expected) is { } wrong) return wrong;
        if (PromptShape.LabelProblem(label) is { } problem) return new GatewayError(ErrorKind.InvalidRequest, $"The label '{Printable.Shorten(label)}' {problem}.", "label");
        return await ChangeAsync(http, by, "label", entity =>
        {
            var prompt = PromptOf(entity);
            if (Refuse(http, prompt, label) is { } refused) return refused;
            if (version > prompt.Versions) return QueryParameters.Wrong(Version, string.Create(CultureInfo.InvariantCulture, $"is {version}, and the newest version of '{prompt.Name}' is {prompt.Versions}"));
            var there = prompt.Labels.GetValueOrDefault(label);
            if (expected is { } before && there != before)
                return new GatewayError(ErrorKind.Conflict, there == 0 ? $"There is no label '{label}'." : string.Create(CultureInfo.InvariantCulture, $"The label '{label}' is at version {there}."), Expected);
            return new EntityContent(prompt.With(label, version).ToString(), null);
        }, Shown);
    }

    public Task<Outcome<AdminAnswer>> RemoveAsync(HttpContext http, AuditActor by) => ChangeAsync(http, by, "unlabel", entity =>
    {
        var (prompt, label) = (PromptOf(entity), LabelOf(http));
        if (Refuse(http, prompt, label) is { } refused) return refused;
        if (!prompt.Labels.ContainsKey(label)) return new GatewayError(ErrorKind.NotFound, $"The prompt '{prompt.Name}' has no label '{Printable.Shorten(label)}'.");
        return RefuseUsed(prompt.Name, s => (s ?? PromptConfig.Production) == label, $"the label '{label}' of '{prompt.Name}'") is { } used ? used : new EntityContent(prompt.Without(label).ToString(), null);
    }, static _ => new AdminAnswer(StatusCodes.Status204NoContent, null));

    private GatewayError? Refuse(HttpContext http, StoredPrompt prompt, string label) =>
        IsProtected(label) && Forbidden(http, label) is { } forbidden ? forbidden : RefuseArchived(prompt);

    private static string LabelOf(HttpContext http) => EntityName.FromRoute((string)http.Request.RouteValues["label"]!);

    private static GatewayError? Read(JsonElement body, out int version, out int? expected)
    {
        (version, expected) = (0, null);
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is not (Version or Expected)) return QueryParameters.Wrong(Printable.Shorten(member.Name), "is no member of this request; it has version and expected");
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var number) || number < (member.Name == Version ? 1 : 0))
                return QueryParameters.Wrong(member.Name, member.Name == Version ? "must be the number of a version" : "must be the number of a version, or 0 where the label must not be there yet");
            if (member.Name == Version) version = number;
            else expected = number;
        }

        return version > 0 ? null : QueryParameters.Wrong(Version, "is missing: the number that the label is to mean");
    }
}
