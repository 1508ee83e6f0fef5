using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Config.Values;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/budgets/raises</c>: limits that are higher for a while. They are made and ended, never changed; nobody has to take them back.</summary>
internal sealed class RaiseEndpoints(IEntityStore store, EntityBook book, SnapshotSwitch snapshots, SnapshotHolder holder, TimeProvider time)
    : EntityEndpoints(EntityKinds.Raise, "budgets/raises", store, book, snapshots, time)
{
    /// <summary>Stands for the name where a request is only checked.</summary>
    private const string AnyName = "new";

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        var now = Time.GetUtcNow();
        return Task.FromResult(EntityList.Answer(
            http, InForce.Where(e => BudgetRaise.Of(e)?.Until > now).Select(e => new ListedEntity(e.Name, TeamOf(e), false, json => EntityJson.Write(json, e)))));
    }

    public async Task<Outcome<AdminAnswer>> CreateAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } unknown)
            return unknown;
        var body = await AdminBody.ReadAsync(http.Request);
        if (!body.IsOk)
            return body.Error;
        if (body.Value.TryGetProperty("name", out _))
            return QueryParameters.Wrong("name", "is made by the gateway; leave it out");
        // Here and not where raises are bound: one that is in force stays so, whatever its reason looks like.
        if (body.Value.TryGetProperty("reason", out var reason) && ReasonProblem(reason) is { } problem)
            return QueryParameters.Wrong("reason", problem);
        var asked = Document(body.Value, AnyName, null);
        if (EntityBinder.Raise(asked, out var errors) is not { } raise)
            return Blame(errors)!;
        if (!RaiseOverlay.BudgetsOf(holder.Current.Config, raise.OwnerKind, raise.Owner).Any(raise.Raises))
            return QueryParameters.Wrong("period", $"names no budget of this {raise.OwnerKind.Label()}; GET /admin/v1/budgets has owner_kind, owner, period, timezone and rolling of all");
        var until = EndOf(raise);
        if (!until.IsOk)
            return until.Error;
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return await StoreAsync(http, by, Document(body.Value, name, until.Value), null, static entity => new(
            StatusCodes.Status201Created, json => EntityJson.Write(json, entity), Revisions.ETag(entity.Revision), $"/admin/v1/budgets/raises/{entity.Name}"));
    }

    private static string? ReasonProblem(JsonElement reason) =>
        reason.ValueKind == JsonValueKind.String ? Texts.DescriptionProblem(reason.GetString()!) : "must be a text in quotes";

    protected override GatewayError? Check(JsonElement document)
    {
        EntityBinder.Raise(document, out var errors);
        return Blame(errors);
    }

    /// <summary>The file has limits, and changes them itself.</summary>
    protected override Action<Utf8JsonWriter>? WriteFileEntry(string name) => null;

    protected override string? TeamOf(JsonElement document) => EntityBinder.Raise(document, out _) switch
    {
        { OwnerKind: OwnerKind.Team, Owner: var team } => team,
        { OwnerKind: OwnerKind.Key, Owner: var key } => holder.Current.Config.Keys.FirstOrDefault(k => k.Name == key)?.Team,
        _ => null,
    };

    protected override string? TeamOfFileEntry(string name) => null;

    /// <summary>A raise of a calendar's budget ends with the window it was made in, or before: the next one begins with the limit that was decided for all of them.</summary>
    private Outcome<DateTimeOffset> EndOf(BudgetRaise raise)
    {
        var now = Time.GetUtcNow();
        var window = raise.Rolling ? null : new BudgetCalendar(raise.Period, TimeZoneInfo.FindSystemTimeZoneById(raise.Timezone)).At(now.UtcTicks).EndsAt;
        return (raise.Until, window) switch
        {
            (null, null) => QueryParameters.Wrong("until", "is missing: this budget has no window that ends"),
            (null, { } end) => end,
            ({ } until, _) when until <= now => QueryParameters.Wrong("until", "is over already"),
            ({ } until, { } end) when until > end => QueryParameters.Wrong("until", $"is after the end of the budget's window, {EntityJson.Instant(end)}"),
            ({ } until, _) => until,
        };
    }

    private static JsonElement Document(JsonElement body, string name, DateTimeOffset? until)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            foreach (var member in body.EnumerateObject().Where(m => until is null || !m.NameEquals("until"u8)))
                member.WriteTo(json);
            if (until is { } end)
                json.WriteString("until"u8, EntityJson.Instant(end));
            json.WriteEndObject();
        }
        using var document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }
}
