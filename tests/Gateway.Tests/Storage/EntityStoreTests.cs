using Gateway.Core.Stores;

namespace Gateway.Tests.Storage;

/// <summary>What every store of entities does alike; each has a class that runs these and adds its own.</summary>
public abstract class EntityStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 123, TimeSpan.Zero);

    private IEntityStore? _store;

    private protected IEntityStore Store => _store ?? throw new InvalidOperationException("opened in InitializeAsync");

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        await _store.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    /// <summary>A store without entities.</summary>
    private protected abstract Task<IEntityStore> OpenAsync();

    /// <summary>Runs a statement beside the store, as somebody at a prompt would.</summary>
    private protected abstract Task ExecuteAsync(string sql);

    [SkippableFact]
    public async Task An_entity_comes_back_as_it_was_written()
    {
        var written = await WriteAsync("key", "web", EntityChange.Absent, """{"name":"web"}""", hidden: """{"hash":"00"}""");

        written.IsDone.Should().BeTrue();
        written.Entity.Should().Be(new Entity
        {
            Kind = "key",
            Name = "web",
            Document = """{"name":"web"}""",
            Hidden = """{"hash":"00"}""",
            Revision = written.Sequence,
            CreatedAt = Noon,
            UpdatedAt = Noon,
        });
        (await Store.ReadAsync("key", "web", CancellationToken.None)).Should().Be(written.Entity);
        (await Store.ReadAsync("team", "web", CancellationToken.None)).Should().BeNull("kinds have names of their own");
        (await Store.ReadAsync("key", "we%' OR '1'='1", CancellationToken.None)).Should().BeNull();
    }

    [SkippableFact]
    public async Task A_change_made_on_another_revision_changes_nothing_and_leaves_no_entry()
    {
        var first = await WriteAsync("key", "web", EntityChange.Absent, "{}");
        var second = await WriteAsync("key", "web", first.Sequence, """{"team":"a"}""");

        foreach (var (expected, document) in new (long, string?)[] { (EntityChange.Absent, "{}"), (first.Sequence, "{}"), (first.Sequence, null), (999, "{}") })
        {
            var refused = await WriteAsync("key", "web", expected, document);
            refused.IsDone.Should().BeFalse();
            refused.Entity.Should().Be(second.Entity, "whoever lost is told what stands there");
        }
        (await WriteAsync("key", "other", 5, "{}")).IsDone.Should().BeFalse();
        (await WriteAsync("key", "other", EntityChange.Absent, null)).IsDone.Should().BeFalse("there is nothing to delete");
        (await AuditAsync(new())).Should().HaveCount(2);
        (await Store.ReadAllAsync(["key"], CancellationToken.None)).Sequence.Should().Be(second.Sequence, "a conflict takes no number");
    }

    [SkippableFact]
    public async Task A_name_that_is_made_again_has_another_revision()
    {
        var first = await WriteAsync("key", "web", EntityChange.Absent, "{}");
        (await WriteAsync("key", "web", first.Sequence, null)).Entity.Should().BeNull();
        (await Store.ReadAsync("key", "web", CancellationToken.None)).Should().BeNull();

        var again = await WriteAsync("key", "web", EntityChange.Absent, "{}");

        again.Entity!.Revision.Should().BeGreaterThan(first.Sequence, "else a change made on the first could be applied to the second");
    }

    [SkippableFact]
    public async Task All_entities_of_some_kinds_come_in_order_with_the_sequence()
    {
        await WriteAsync("key", "b", EntityChange.Absent, "{}");
        await WriteAsync("team", "t", EntityChange.Absent, "{}");
        await WriteAsync("token", "x", EntityChange.Absent, "{}");
        var last = await WriteAsync("key", "a", EntityChange.Absent, "{}");

        var set = await Store.ReadAllAsync(["team", "key"], CancellationToken.None);

        set.Entities.Select(static e => $"{e.Kind}/{e.Name}").Should().Equal("key/a", "key/b", "team/t");
        set.Sequence.Should().Be(last.Sequence).And.Be(4);
    }

    [SkippableFact]
    public async Task The_audit_says_who_did_what_and_never_what_is_hidden()
    {
        var made = await WriteAsync("key", "web", EntityChange.Absent, """{"a":1}""", hidden: "canary");
        var changed = await WriteAsync("key", "web", made.Sequence, """{"a":2}""", hidden: "canary");
        await WriteAsync("key", "web", changed.Sequence, null);

        var entries = await AuditAsync(new());

        entries.Select(static e => (e.Before, e.After)).Should().Equal(("""{"a":2}""", null), ("""{"a":1}""", """{"a":2}"""), (null, """{"a":1}"""));
        entries[^1].Should().Be(new AuditEntry
        {
            Id = made.Sequence,
            At = Noon,
            By = new("ana", "admin", "127.0.0.1", "req_1"),
            Action = "key.change",
            Kind = "key",
            Name = "web",
            After = """{"a":1}""",
        });
        string.Concat(entries).Should().NotContain("canary");
    }

    [SkippableFact]
    public async Task The_audit_is_read_in_pages_newest_first_and_by_filters()
    {
        for (var i = 0; i < 5; i++)
            await WriteAsync(i % 2 == 0 ? "key" : "team", $"n{i}", EntityChange.Absent, "{}");

        var first = await Store.ReadAuditAsync(new(Limit: 2), CancellationToken.None);
        var second = await Store.ReadAuditAsync(new(Limit: 2, Before: first.Next), CancellationToken.None);
        var third = await Store.ReadAuditAsync(new(Limit: 2, Before: second.Next), CancellationToken.None);

        first.Entries.Concat(second.Entries).Concat(third.Entries).Select(static e => e.Name).Should().Equal("n4", "n3", "n2", "n1", "n0");
        third.Next.Should().BeNull();
        (await AuditAsync(new(Kind: "team"))).Select(static e => e.Name).Should().Equal("n3", "n1");
        (await AuditAsync(new(Name: "n2"))).Should().ContainSingle();
        (await AuditAsync(new(Actor: "ana"))).Should().HaveCount(5);
        (await AuditAsync(new(Actor: "a%"))).Should().BeEmpty("a filter is a name, not a pattern");
    }

    [SkippableTheory]
    [InlineData("UPDATE audit SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit")]
    public async Task Nobody_can_change_the_audit(string sql)
    {
        await WriteAsync("key", "web", EntityChange.Absent, "{}");

        var attempt = () => ExecuteAsync(sql);

        await attempt.Should().ThrowAsync<Exception>().WithMessage("*append-only*");
        (await AuditAsync(new())).Single().By.Name.Should().Be("ana");
    }

    [SkippableFact]
    public async Task Of_many_changes_on_one_revision_one_is_made()
    {
        var made = await WriteAsync("key", "web", EntityChange.Absent, "{}");

        var changes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => WriteAsync("key", "web", made.Sequence, $$"""{"i":{{i}}}"""))));

        changes.Count(static c => c.IsDone).Should().Be(1);
        (await Store.ReadAsync("key", "web", CancellationToken.None)).Should().Be(changes.Single(static c => c.IsDone).Entity);
        (await AuditAsync(new())).Should().HaveCount(2);
    }

    [SkippableFact]
    public async Task Whoever_waits_for_a_change_is_woken_by_it()
    {
        var made = await WriteAsync("key", "web", EntityChange.Absent, "{}");
        await Store.WaitForChangeAsync(made.Sequence - 1, CancellationToken.None);

        var waiting = Store.WaitForChangeAsync(made.Sequence, CancellationToken.None).AsTask();
        waiting.IsCompleted.Should().BeFalse("nothing has changed yet");
        await WriteAsync("team", "t", EntityChange.Absent, "{}");

        await waiting.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [SkippableFact]
    public async Task Waiting_can_be_given_up()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Store.WaitForChangeAsync(0, stop.Token).AsTask();

        await stop.CancelAsync();

        await waiting.Invoking(static w => w).Should().ThrowAsync<OperationCanceledException>();
        (await WriteAsync("key", "web", EntityChange.Absent, "{}")).IsDone.Should().BeTrue();
    }

    [SkippableFact]
    public async Task A_version_comes_with_its_prompts_change_or_not_at_all()
    {
        var first = await WriteAsync("prompt", "greet", EntityChange.Absent, "{}", version: Version("greet", 1));
        (await WriteAsync("prompt", "greet", EntityChange.Absent, "{}", version: Version("greet", 2))).IsDone.Should().BeFalse();
        var made = new List<PromptVersionRow> { Version("greet", 1) };
        for (var (number, revision) = (2, first.Sequence); number <= 5; number++, revision++)
        {
            (await WriteAsync("prompt", "greet", revision, "{}", version: Version("greet", number))).IsDone.Should().BeTrue();
            made.Add(Version("greet", number));
        }
        await WriteAsync("prompt", "other", EntityChange.Absent, "{}", version: Version("other", 1) with { Head = new(1, "ana", null, Noon) });

        (await Store.ReadVersionsAsync([new("greet", 1, 2), new("other", 1, 9), new("greet", 4, 9), new("none", 1, 9)], CancellationToken.None))
            .Should().Equal([made[0], made[1], Version("other", 1) with { Head = new(1, "ana", null, Noon) }, made[3], made[4]]);
        (await Store.ReadVersionHeadsAsync("greet", 5, 2, CancellationToken.None)).Should().Equal(made[3].Head, made[2].Head);
        (await Store.ReadVersionHeadsAsync("gree_", int.MaxValue, 9, CancellationToken.None)).Should().BeEmpty("a name is no pattern");
    }

    [SkippableFact]
    public async Task Nobody_can_change_a_version()
    {
        await WriteAsync("prompt", "greet", EntityChange.Absent, "{}", version: Version("greet", 1));

        var attempt = () => ExecuteAsync("UPDATE prompt_version SET document = '{}'");

        await attempt.Should().ThrowAsync<Exception>().WithMessage("*never changed*");
        (await Store.ReadVersionsAsync([new("greet", 1, 1)], CancellationToken.None)).Should().Equal(Version("greet", 1));
    }

    private static PromptVersionRow Version(string prompt, int number) => new(prompt, new(number, "ana", "why, \"quoted\" é", Noon), $"[{number}, \"é \\u0000 {{{{x}}}}\"]");

    private protected async Task<EntityWritten> WriteAsync(string kind, string name, long expected, string? document, string? hidden = null, IEntityStore? store = null, PromptVersionRow? version = null) =>
        await (store ?? Store).WriteAsync(
            new()
            {
                Kind = kind,
                Name = name,
                Expected = expected,
                Document = document,
                Hidden = hidden,
                Version = version,
                By = new("ana", "admin", "127.0.0.1", "req_1"),
                Action = $"{kind}.change",
                At = Noon,
            },
            CancellationToken.None);

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(AuditQuery query) => (await Store.ReadAuditAsync(query, CancellationToken.None)).Entries;
}
