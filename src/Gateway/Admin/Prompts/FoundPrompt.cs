using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Prompts;
using Gateway.Prompts.Store;

namespace Gateway.Admin.Prompts;

/// <summary>A prompt of the file or of the store, for who reads its versions.</summary>
internal abstract record FoundPrompt(string Name, IReadOnlyDictionary<string, int> Labels, int Newest)
{
    /// <summary>Versions without their text, newest first.</summary>
    /// <param name="below">Only numbers smaller than this.</param>
    public abstract Task<IReadOnlyList<FoundVersion>> PageAsync(int below, int limit, CancellationToken cancellationToken);

    /// <param name="selector">A label or a number.</param>
    public async Task<Outcome<FoundVersion>> VersionAsync(string selector, CancellationToken cancellationToken) =>
        PromptSelector.Resolve(selector, Labels, Newest) is { } number && await ReadAsync(number, cancellationToken) is { } version ? version
            : new GatewayError(ErrorKind.NotFound, $"The prompt '{Name}' has no version or label '{Printable.Shorten(selector)}'.");

    /// <returns>Null: there is no such version.</returns>
    protected abstract Task<FoundVersion?> ReadAsync(int number, CancellationToken cancellationToken);
}

/// <param name="Head">Null: it stands in the file, which does not say.</param>
/// <param name="WriteText">Its members, into the object that is open.</param>
/// <param name="Text">What it says; null: this gateway cannot read it.</param>
internal sealed record FoundVersion(int Number, PromptVersionHead? Head, Action<Utf8JsonWriter> WriteText, PromptVersionConfig? Text);

internal sealed record FiledPrompt(PromptConfig Prompt) : FoundPrompt(Prompt.Name, Prompt.Labels, Prompt.Versions[^1].Version)
{
    public override Task<IReadOnlyList<FoundVersion>> PageAsync(int below, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FoundVersion>>([.. Prompt.Versions.Reverse().Where(v => v.Version < below).Take(limit).Select(Found)]);

    protected override Task<FoundVersion?> ReadAsync(int number, CancellationToken cancellationToken) =>
        Task.FromResult(Prompt.Versions.FirstOrDefault(v => v.Version == number) is { } version ? Found(version) : null);

    private static FoundVersion Found(PromptVersionConfig version) => new(version.Version, null, json => PromptJson.WriteText(json, version), version);
}

internal sealed record KeptPrompt(StoredPrompt Prompt, IEntityStore Store) : FoundPrompt(Prompt.Name, Prompt.Labels, Prompt.Versions)
{
    public override async Task<IReadOnlyList<FoundVersion>> PageAsync(int below, int limit, CancellationToken cancellationToken) =>
        [.. (await Store.ReadVersionHeadsAsync(Name, below, limit, cancellationToken)).Select(static h => new FoundVersion(h.Version, h, static _ => { }, null))];

    protected override async Task<FoundVersion?> ReadAsync(int number, CancellationToken cancellationToken)
    {
        if (await Store.ReadVersionsAsync([new(Name, number, number)], cancellationToken) is not [var row]) return null;
        using var parsed = JsonDocument.Parse(row.Document);
        var document = parsed.RootElement.Clone();
        return new(number, row.Head, json => PromptJson.WriteMembers(json, document), StoredVersionShape.Bind(document, number, out _));
    }
}
