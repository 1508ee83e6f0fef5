using Gateway.EndToEnd.Providers.Demo;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Clients;

/// <summary>
/// The clients applications use from JavaScript (openai, @anthropic-ai/sdk, Vercel's ai, LangChain), in every dialect they speak, in front of every kind of provider: text, streams, tools, structured output.
/// </summary>
public sealed class NpmDialectTests(LenientDemoRig rig) : IClassFixture<LenientDemoRig>
{
    private static readonly string Folder = Path.Combine(Places.RepositoryRoot, "tests", "clients");

    [SkippableTheory]
    [InlineData("openai", "openai.test.mjs")]
    [InlineData("@anthropic-ai/sdk", "anthropic.test.mjs")]
    [InlineData("ai", "vercel.test.mjs")]
    [InlineData("@langchain/openai", "langchain.test.mjs")]
    public async Task The_clients_suite_is_green_in_front_of_every_provider(string package, string file)
    {
        var node = Places.Program("node");
        Skip.If(node is null, "node is not installed; install Node.js 20 or later, then: npm ci --prefix tests/clients");
        Skip.IfNot(Directory.Exists(Path.Combine(Folder, "node_modules", package)), $"the npm package {package} is not installed; run: npm ci --prefix tests/clients");

        await using var suite = ChildProcess.Start(node!, ["--test", "--test-reporter=spec", $"dialects/{file}"], Folder, new Dictionary<string, string?>
        {
            ["GATEWAY_URL"] = rig.Gateway.Address,
            ["GATEWAY_KEY"] = SharedRig.AppKey,
            ["GATEWAY_MODELS"] = string.Join(',', DemoKinds.Names.Select(DemoRig.Model)),
        });

        (await suite.ExitCodeAsync(TimeSpan.FromMinutes(3))).Should().Be(0, "\n" + suite.Output + suite.Errors);
        suite.Output.Should().Contain("fail 0");
    }
}
