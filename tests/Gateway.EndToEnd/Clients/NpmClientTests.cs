using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Clients;

[Collection(OneGateway.Name)]
public sealed class NpmClientTests(SharedRig rig)
{
    private static readonly string Folder = Path.Combine(Places.RepositoryRoot, "tests", "clients");

    [SkippableFact]
    public async Task Npm_openai_client_suite_is_green()
    {
        var node = Places.Program("node");
        Skip.If(node is null, "node is not installed; install Node.js 20 or later, then: npm ci --prefix tests/clients");
        Skip.IfNot(Directory.Exists(Path.Combine(Folder, "node_modules", "openai")), "the npm packages are not installed; run: npm ci --prefix tests/clients");

        await using var suite = ChildProcess.Start(node!, ["--test", "--test-reporter=spec", "chat.test.mjs", "errors.test.mjs"], Folder, new Dictionary<string, string?>
        {
            ["GATEWAY_URL"] = rig.Gateway.Address,
            ["GATEWAY_KEY"] = SharedRig.AppKey,
            ["GATEWAY_NARROW_KEY"] = SharedRig.NarrowKey,
            ["UPSTREAM_URL"] = rig.Upstream.Address,
        });

        (await suite.ExitCodeAsync(TimeSpan.FromMinutes(2))).Should().Be(0, "\n" + suite.Output + suite.Errors);
        suite.Output.Should().Contain("fail 0");
    }
}
