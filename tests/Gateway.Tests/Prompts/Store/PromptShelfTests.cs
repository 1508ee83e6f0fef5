using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Prompts;
using Gateway.Prompts.Store;
using Gateway.Routing;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;
using Microsoft.Data.Sqlite;

namespace Gateway.Tests.Prompts.Store;

/// <summary>Which of the store's versions are in force, and what becomes of those that cannot be.</summary>
public sealed class PromptShelfTests : IAsyncLifetime, IDisposable
{
    private static readonly AuditActor Ana = new("ana", "admin", null, "req_1");

    private readonly TempDirectory _directory = new();
    private SqliteEntityStore _store = null!;
    private PromptShelf _shelf = null!;

    public async Task InitializeAsync()
    {
        _store = new(_directory.File("gateway.db"));
        await _store.MigrateAsync(CancellationToken.None);
        _shelf = new(_store);
    }

    async Task IAsyncLifetime.DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Labels_numbers_and_latest_mean_versions_and_without_production_the_name_alone_means_none()
    {
        await AddAsync(1, 2, 3);
        await LabelAsync("staging", 2);

        var prompt = (await ArrangeAsync()).ByName["greet"];

        prompt.Find("staging")!.Label.Should().Be("greet@2");
        prompt.Find("1")!.Label.Should().Be("greet@1");
        prompt.Find("latest")!.Label.Should().Be("greet@3");
        prompt.Find((string?)null).Should().BeNull("nobody has shipped it");
        prompt.Find("4").Should().BeNull();
        await LabelAsync("production", 1);
        (await ArrangeAsync()).ByName["greet"].Find((string?)null)!.Label.Should().Be("greet@1");
    }

    [Fact]
    public async Task A_prompt_of_a_team_is_for_that_teams_keys()
    {
        await AddAsync(1);
        var entity = (await _store.ReadAsync("prompt", "greet", CancellationToken.None))!;
        await _store.WriteAsync(Change("prompt", "greet", entity.Revision, (StoredPrompt.Parse(entity.Document)! with { Team = "growth" }).ToString()), CancellationToken.None);
        var table = new PromptTable(new(), await ArrangeAsync(), null);

        table.Find(PromptReference.Of("greet@1"), Key("growth")).Should().NotBeNull();
        table.Find(PromptReference.Of("greet@1"), Key("sales")).Should().BeNull();
        table.Find(PromptReference.Of("greet@1"), Key(null)).Should().BeNull();

        static KeyEntry Key(string? team) => new() { Name = "k", Team = team, Models = null, Config = new() { Name = "k", Hash = default } };
    }

    [Fact]
    public async Task What_has_not_changed_is_neither_read_nor_compiled_again()
    {
        await AddAsync(1, 2);
        var first = await ArrangeAsync();
        await _store.WriteAsync(Change("team", "t", EntityChange.Absent, "{}"), CancellationToken.None);

        (await ArrangeAsync()).Should().BeSameAs(first, "a team has changed, and no prompt");
        await LabelAsync("production", 2);
        Execute("DELETE FROM prompt_version");
        var moved = await ArrangeAsync();

        moved.Should().NotBeSameAs(first);
        moved.ByName["greet"].Find("production").Should().BeSameAs(first.ByName["greet"].Find("2"), "its text was at hand");
        moved.Problems.Should().BeEmpty();
    }

    [Fact]
    public async Task A_label_that_comes_to_a_version_which_cannot_be_compiled_stays_where_it_was()
    {
        await AddAsync(1);
        await LabelAsync("production", 1);
        await ArrangeAsync();
        await AddAsync((2, """{"messages":[{"role":"system","content":"{{broken"}]}"""));
        await LabelAsync("production", 2);

        var stored = await ArrangeAsync();
        await LabelAsync("staging", 2);
        var again = await ArrangeAsync();
        var fresh = new PromptShelf(_store).Arrange(new(), (await _store.ReadAllAsync(EntityKinds.All, CancellationToken.None)).Entities);

        stored.ByName["greet"].Find("production")!.Label.Should().Be("greet@1");
        stored.ByName["greet"].Find("latest")!.Label.Should().Be("greet@1");
        stored.Problems.Should().ContainSingle().Which.Should().StartWith("prompt 'greet', version 2: messages[0].content: message 1 (system), line 1, column 1: the tag is not closed");
        again.ByName["greet"].Find("production")!.Label.Should().Be("greet@1");
        again.ByName["greet"].Find("staging").Should().BeNull("it never was anywhere");
        again.Problems.Should().Equal(stored.Problems);
        fresh.ByName["greet"].Find("production").Should().BeNull("a gateway that begins now has never had another");
        fresh.ByName["greet"].Find("1").Should().NotBeNull();
    }

    [Theory]
    [InlineData("UPDATE entity SET document = '[]', revision = revision + 1 WHERE kind = 'prompt'", "prompt 'greet': its document is damaged")]
    [InlineData("UPDATE entity SET document = 'x', revision = revision + 1 WHERE kind = 'prompt'", "prompt 'greet': its document is damaged")]
    [InlineData("DROP TRIGGER prompt_version_is_not_changed; UPDATE prompt_version SET document = '{'", null)]
    [InlineData("DELETE FROM prompt_version", null)]
    public async Task What_somebody_damaged_by_hand_is_told_and_what_is_in_force_stays(string sql, string? problem)
    {
        await AddAsync(1);
        await LabelAsync("production", 1);
        await ArrangeAsync();

        Execute(sql);
        var stored = await ArrangeAsync();
        var fresh = new PromptShelf(_store).Arrange(new(), (await _store.ReadAllAsync(EntityKinds.All, CancellationToken.None)).Entities);

        stored.ByName["greet"].Find("production")!.Label.Should().Be("greet@1");
        if (problem is not null) stored.Problems.Should().Equal(problem);
        fresh.ByName.Should().BeEmpty();
        fresh.Problems.Should().ContainSingle().Which.Should().StartWith("prompt 'greet'");
    }

    [Fact]
    public async Task Beyond_the_newest_hundred_a_version_needs_a_label_or_a_function()
    {
        await AddAsync([.. Enumerable.Range(1, 103)]);
        await LabelAsync("old", 1);
        var config = new GatewayConfig { Functions = [new() { Name = "f", Model = "m", Prompt = "greet@2" }] };

        var prompt = (await ArrangeAsync(config)).ByName["greet"];
        var without = (await ArrangeAsync()).ByName["greet"];

        Enumerable.Range(1, 104).Where(n => prompt.Find(n) is null).Should().Equal(3, 104);
        Enumerable.Range(1, 103).Where(n => without.Find(n) is null).Should().Equal([3], "what is at hand stays until the prompt changes");
    }

    [Fact]
    public async Task A_prompt_of_the_file_hides_one_of_the_store_and_an_archived_one_is_not_in_force()
    {
        await AddAsync(1);

        var hidden = await ArrangeAsync(new() { Prompts = [new() { Name = "greet", Versions = [new() { Version = 1, Messages = [new("user", "x")] }] }] });
        var shown = await ArrangeAsync();
        var entity = (await _store.ReadAsync("prompt", "greet", CancellationToken.None))!;
        await _store.WriteAsync(Change("prompt", "greet", entity.Revision, (StoredPrompt.Parse(entity.Document)! with { Archived = true }).ToString()), CancellationToken.None);

        hidden.ByName.Should().BeEmpty();
        hidden.Problems.Should().ContainSingle().Which.Should().Contain("which wins");
        shown.ByName.Should().ContainKey("greet");
        (await ArrangeAsync()).ByName.Should().BeEmpty();
    }

    private static string Text(int number) => $$"""{"messages":[{"role":"system","content":"{{number}}"}]}""";

    private Task AddAsync(params int[] numbers) => AddAsync([.. numbers.Select(static n => (n, Text(n)))]);

    private async Task AddAsync(params (int Number, string Document)[] versions)
    {
        foreach (var (number, document) in versions)
        {
            var entity = await _store.ReadAsync("prompt", "greet", CancellationToken.None);
            var prompt = (entity is null ? new() { Name = "greet" } : StoredPrompt.Parse(entity.Document)!) with { Versions = number };
            var change = Change("prompt", "greet", entity?.Revision ?? EntityChange.Absent, prompt.ToString()) with { Version = new("greet", new(number, "ana", null, DateTimeOffset.UnixEpoch), document) };
            (await _store.WriteAsync(change, CancellationToken.None)).IsDone.Should().BeTrue();
        }
    }

    private async Task LabelAsync(string label, int version)
    {
        var entity = (await _store.ReadAsync("prompt", "greet", CancellationToken.None))!;
        await _store.WriteAsync(Change("prompt", "greet", entity.Revision, StoredPrompt.Parse(entity.Document)!.With(label, version).ToString()), CancellationToken.None);
    }

    private async Task<StoredPrompts> ArrangeAsync(GatewayConfig? config = null) => _shelf.Arrange(config ?? new(), (await _store.ReadAllAsync(EntityKinds.All, CancellationToken.None)).Entities);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File("gateway.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static EntityChange Change(string kind, string name, long expected, string document) => new()
    {
        Kind = kind,
        Name = name,
        Expected = expected,
        Document = document,
        By = Ana,
        Action = $"{kind}.change",
        At = DateTimeOffset.UnixEpoch,
    };
}
