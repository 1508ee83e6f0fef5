using System.Diagnostics.CodeAnalysis;
using Gateway.Admin.OpenApi;
using Gateway.Admin.Prompts;
using Gateway.Auth;
using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary>Every route below /admin/v1 with the roles that may: what is mapped and what the OpenAPI document describes.</summary>
internal static class AdminRouteTable
{
    private const string Root = "/admin/v1/";
    private const AdminRoles Admin = AdminRoles.Admin;
    private const AdminRoles Managers = AdminRoles.Manager | AdminRoles.Admin;
    private const AdminRoles Readers = AdminRoles.Viewer | AdminRoles.Admin;
    private const AdminRoles Everybody = AdminRoles.All;

    private static readonly string[] Pages = ["source", "cursor", "limit"];

    public static IReadOnlyList<AdminRoute> Of(IServiceProvider services)
    {
        var runner = Make<AdminRunner>(services);
        var table = new List<AdminRoute>();
        table.AddRange(Reading(services, runner));
        table.AddRange(Instances(Make<InstanceEndpoints>(services), runner));
        table.AddRange(Raises(Make<RaiseEndpoints>(services), runner));
        table.Add(Route("DELETE", "cache", Admin, runner.Run(Make<CacheEndpoints>(services).PurgeAsync), new("purgeCache", "Takes answers out of the cache: of a model, of a tag, of a prompt, or all.") { Query = CacheEndpoints.Parameters, Status = StatusCodes.Status204NoContent }));
        table.Add(Route("POST", "explain", Readers, runner.Run(Make<ExplainEndpoint>(services).ExplainAsync), new("explainRequest", "What would happen to a request; nothing does.") { Body = "explain", Answer = "explanation" }));
        table.AddRange(Keys(Make<KeyEndpoints>(services), runner));
        table.AddRange(Teams(Make<TeamEndpoints>(services), runner));
        table.AddRange(Prompts(Make<PromptEndpoints>(services), Make<PromptLabelEndpoints>(services), runner));
        table.AddRange(PromptVersions(Make<PromptVersionEndpoints>(services), runner));
        table.AddRange(Tokens(Make<TokenEndpoints>(services), runner));
        table.Add(Route("GET", "openapi.json", Everybody, runner.Run(new OpenApiEndpoint(table).GetAsync), new("getOpenApi", "This document.") { Answer = "any" }));
        return table;
    }

    private static IEnumerable<AdminRoute> Reading(IServiceProvider services, AdminRunner runner)
    {
        var ledger = Make<LedgerEndpoints>(services);
        yield return Route("GET", "ledger", Everybody, runner.Write(ledger.LedgerAsync), new("listLedger", "Rows of the ledger, oldest first.") { Query = QueryParameters.OfLedger, Answer = "ledger_page", Line = "ledger_row" });
        yield return Route("GET", "usage", Everybody, runner.Write(ledger.UsageAsync), new("getUsage", "Sums over rows of the ledger.") { Query = QueryParameters.OfUsage, Answer = "usage", Line = "usage_sum" });
        yield return Route("GET", "budgets", Everybody, runner.Run(Make<BudgetsEndpoint>(services).ListAsync), new("listBudgets", "Every budget in its current window.") { Answer = "budgets" });
        yield return Route("GET", "config", Readers, runner.Run(Make<ConfigEndpoint>(services).GetAsync), new("getConfig", "Which configuration runs.") { Answer = "config" });
        yield return Route("GET", "cache/shadow", Readers, runner.Run(Make<CacheShadowEndpoint>(services).ListAsync), new("listShadowAnswers", "What semantic caches in shadow mode would have answered.") { Query = CacheShadowEndpoint.Parameters, Answer = "shadow_answers" });
        yield return Route("GET", "targets", Readers, runner.Run(Make<TargetsEndpoint>(services).ListAsync), new("listTargets", "Every target, and how it is as this gateway sees it.") { Query = TargetsEndpoint.Parameters, Answer = "targets" });
        var prices = Make<PriceEndpoints>(services);
        yield return Route("GET", "prices", Readers, runner.Run(prices.ListAsync), new("listPrices", "What each target costs now.") { Query = PriceEndpoints.Parameters, Answer = "prices" });
        yield return Route("GET", "prices/{version}", Readers, runner.Run(prices.GetAsync), new("getPrice", "What a price_version of the ledger says.") { Answer = "price_line" });
        yield return Route("GET", "audit", Readers, runner.Run(new AuditEndpoint(services.GetRequiredService<IEntityStore>()).ListAsync), new("listAudit", "Who changed what, newest first.") { Query = AuditEndpoint.Parameters, Answer = "audit_page" });
    }

    private static IEnumerable<AdminRoute> Instances(InstanceEndpoints instances, AdminRunner runner)
    {
        yield return Route("GET", "instances", Readers, runner.Run(instances.ListAsync), new("listInstances", "The gateways that share the store.") { Answer = "instances" });
        yield return Route("DELETE", "instances/{id}", Admin, runner.Run(instances.ForgetAsync), new("forgetInstance", "Forgets a dead gateway; unspent=release gives back what it had of budgets and did not spend, as far as is known.") { Query = InstanceEndpoints.Parameters, Status = StatusCodes.Status204NoContent });
    }

    private static IEnumerable<AdminRoute> Raises(RaiseEndpoints raises, AdminRunner runner)
    {
        const string one = "budgets/raises/{name}";
        yield return Route("GET", "budgets/raises", Everybody, runner.Run(raises.ListAsync), new("listBudgetRaises", "Raises in force, by name.") { Query = Pages, Answer = "raise_page" });
        yield return Route("POST", "budgets/raises", Admin, runner.Run(raises.CreateAsync), new("raiseBudget", "Raises a budget's limit for a while.") { Body = "raise", Status = StatusCodes.Status201Created, Answer = "raise_entry" });
        yield return Route("GET", one, Everybody, runner.Run(raises.GetAsync), new("getBudgetRaise", "One raise, in force or over.") { Answer = "raise_entry" });
        yield return Route("DELETE", one, Admin, runner.Run(raises.DeleteAsync), new("endBudgetRaise", "Ends a raise now.") { Status = StatusCodes.Status204NoContent, TakesRevision = true });
    }

    private static IEnumerable<AdminRoute> Keys(KeyEndpoints keys, AdminRunner runner)
    {
        const string one = "keys/{name}";
        yield return Route("GET", "keys", Everybody, runner.Run(keys.ListAsync), new("listKeys", "Virtual keys, by name.") { Query = ["team", .. Pages], Answer = "key_page" });
        yield return Route("POST", "keys", Managers, runner.Run(keys.CreateAsync), new("createKey", "A new key; the answer is the only one that has its secret.") { Body = "key", Status = StatusCodes.Status201Created, Answer = "key_entry" });
        yield return Route("GET", one, Everybody, runner.Run(keys.GetAsync), new("getKey", "One key.") { Answer = "key_entry" });
        yield return Route("PATCH", one, Managers, runner.Run(keys.PatchAsync), new("updateKey", "Changes a key.") { Body = "merge_patch", Answer = "key_entry", TakesRevision = true });
        yield return Route("DELETE", one, Managers, runner.Run(keys.DeleteAsync), new("deleteKey", "Deletes a key.") { Status = StatusCodes.Status204NoContent, TakesRevision = true });
        yield return Route("POST", one + "/rotate", Managers, runner.Run(keys.RotateAsync), new("rotateKey", "A new secret for a key.") { Body = "rotation", BodyIsOptional = true, Answer = "key_entry", TakesRevision = true });
        yield return Route("POST", one + "/block", Managers, runner.Run(keys.BlockAsync), new("blockKey", "Refuses a key from now on.") { Answer = "key_entry", TakesRevision = true });
        yield return Route("POST", one + "/unblock", Managers, runner.Run(keys.UnblockAsync), new("unblockKey", "Lets a blocked key in again.") { Answer = "key_entry", TakesRevision = true });
    }

    private static IEnumerable<AdminRoute> Teams(TeamEndpoints teams, AdminRunner runner)
    {
        const string one = "teams/{name}";
        yield return Route("GET", "teams", Everybody, runner.Run(teams.ListAsync), new("listTeams", "Teams, by name.") { Query = Pages, Answer = "team_page" });
        yield return Route("POST", "teams", Admin, runner.Run(teams.CreateAsync), new("createTeam", "A new team.") { Body = "team", Status = StatusCodes.Status201Created, Answer = "team_entry" });
        yield return Route("GET", one, Everybody, runner.Run(teams.GetAsync), new("getTeam", "One team.") { Answer = "team_entry" });
        yield return Route("PATCH", one, Admin, runner.Run(teams.PatchAsync), new("updateTeam", "Changes a team.") { Body = "merge_patch", Answer = "team_entry", TakesRevision = true });
        yield return Route("DELETE", one, Admin, runner.Run(teams.DeleteAsync), new("deleteTeam", "Deletes a team without keys.") { Status = StatusCodes.Status204NoContent, TakesRevision = true });
    }

    private static IEnumerable<AdminRoute> Tokens(TokenEndpoints tokens, AdminRunner runner)
    {
        const string one = "tokens/{name}";
        yield return Route("GET", "tokens", Admin, runner.Run(tokens.ListAsync), new("listTokens", "Tokens of this API, by name.") { Query = Pages, Answer = "token_page" });
        yield return Route("POST", "tokens", Admin, runner.Run(tokens.CreateAsync), new("createToken", "A new token; the answer is the only one that has its secret.") { Body = "token", Status = StatusCodes.Status201Created, Answer = "token_entry" });
        yield return Route("GET", one, Admin, runner.Run(tokens.GetAsync), new("getToken", "One token.") { Answer = "token_entry" });
        yield return Route("DELETE", one, Admin, runner.Run(tokens.DeleteAsync), new("deleteToken", "Deletes a token.") { Status = StatusCodes.Status204NoContent, TakesRevision = true });
    }

    private static IEnumerable<AdminRoute> Prompts(PromptEndpoints prompts, PromptLabelEndpoints labels, AdminRunner runner)
    {
        const string one = "prompts/{name}";
        const string label = one + "/labels/{label}";
        yield return Route("GET", "prompts", Everybody, runner.Run(prompts.ListAsync), new("listPrompts", "Prompts, by name.") { Query = PromptEndpoints.Parameters, Answer = "prompt_page" });
        yield return Route("POST", "prompts", Managers, runner.Run(prompts.CreateAsync), new("createPrompt", "A new prompt, without a version.") { Body = "prompt", Status = StatusCodes.Status201Created, Answer = "prompt_entry" });
        yield return Route("GET", one, Everybody, runner.Run(prompts.GetAsync), new("getPrompt", "One prompt, without the text of its versions.") { Answer = "prompt_entry" });
        yield return Route("PATCH", one, Managers, runner.Run(prompts.PatchAsync), new("updatePrompt", "Changes what a prompt is filed under.") { Body = "merge_patch", Answer = "prompt_entry", TakesRevision = true });
        yield return Route("POST", one + "/archive", Managers, runner.Run(prompts.ArchiveAsync), new("archivePrompt", "Takes a prompt out of use; nothing is lost.") { Answer = "prompt_entry", TakesRevision = true });
        yield return Route("POST", one + "/restore", Managers, runner.Run(prompts.RestoreAsync), new("restorePrompt", "Brings an archived prompt back.") { Answer = "prompt_entry", TakesRevision = true });
        yield return Route("PUT", label, Managers, runner.Run(labels.SetAsync), new("setPromptLabel", "Points a label at a version, at once for all requests that begin.") { Body = "prompt_label", Answer = "prompt_entry", TakesRevision = true });
        yield return Route("DELETE", label, Managers, runner.Run(labels.RemoveAsync), new("removePromptLabel", "Removes a label.") { Status = StatusCodes.Status204NoContent, TakesRevision = true });
    }

    private static IEnumerable<AdminRoute> PromptVersions(PromptVersionEndpoints versions, AdminRunner runner)
    {
        const string all = "prompts/{name}/versions";
        const string one = all + "/{version}";
        yield return Route("GET", all, Everybody, runner.Run(versions.ListAsync), new("listPromptVersions", "Versions of a prompt without their text, newest first.") { Query = PromptVersionEndpoints.Pages, Answer = "prompt_version_page" });
        yield return Route("POST", all, Managers, runner.Run(versions.CreateAsync), new("createPromptVersion", "A new version, for good; no label means it yet.") { Body = "prompt_version", Status = StatusCodes.Status201Created, Answer = "prompt_version_entry", TakesRevision = true });
        yield return Route("GET", one, Everybody, runner.Run(versions.ReadAsync), new("getPromptVersion", "A version by its number or a label.") { Answer = "prompt_version_entry" });
        yield return Route("GET", one + "/diff", Everybody, runner.Run(versions.DiffAsync), new("diffPromptVersions", "What is different from another version, as a unified diff.") { Query = PromptVersionEndpoints.DiffParameters, Answer = "prompt_diff" });
    }

    private static AdminRoute Route(string method, string path, AdminRoles roles, RequestDelegate handler, AdminOperation operation) => new(method, Root + path, roles, handler, operation);

    private static T Make<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServiceProvider services) => ActivatorUtilities.CreateInstance<T>(services);
}
