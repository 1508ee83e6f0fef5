using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Rig;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>What a new user does first.</summary>
public sealed partial class FirstStepsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Without_any_configuration_the_demo_model_answers_and_streams()
    {
        using var folder = new TempFolder();
        var watch = Stopwatch.StartNew();
        await using var gateway = await GatewayProcess.StartBareAsync(folder);
        var user = gateway.Caller("sk-demo");

        var answer = await user.ChatAsync(Ask.Chat("demo", "Say hello."));
        output.WriteLine($"ready after {gateway.TimeToReady.TotalMilliseconds:0} ms, first answer after {watch.ElapsedMilliseconds} ms");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Content.Should().NotBeNullOrWhiteSpace();
        (await user.ChatAsync(Ask.Chat("demo", "Say hello."))).Content.Should().Be(answer.Content, "the demo model is deterministic");
        var stream = await user.StreamAsync(Ask.Chat("demo", "Say hello.", stream: true, extra: Ask.WithUsage));
        stream.Content.Should().Be(answer.Content);
        stream.Done.Should().BeTrue();
        stream.Usages.Should().ContainSingle();
        gateway.Address.Should().StartWith("http://127.0.0.1:");
        (await gateway.StatusAsync("/admin/v1/ledger")).Should().Be(HttpStatusCode.NotFound, "without an admin key there is no admin API");
    }

    [SkippableFact]
    public async Task The_printed_curl_line_works_as_pasted()
    {
        Skip.If(Places.Program("curl") is null || Places.Program("bash") is null, "curl or bash is not installed; run: apt-get install bash curl");
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartBareAsync(folder);

        var line = CurlLine().Match(gateway.Output).Value.Trim();
        line.Should().Contain(gateway.Address, gateway.Output);
        await using var shell = ChildProcess.Start(Places.Program("bash")!, ["-c", line], folder.Path);

        (await shell.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0, shell.Errors);
        shell.Output.Should().Contain("data: {").And.Contain("data: [DONE]", "the line streams an answer");
    }

    [SkippableFact]
    public async Task Dotnet_run_reads_the_configuration_of_the_folder_it_is_started_in()
    {
        Skip.If(Places.Program("dotnet") is null, "no dotnet on the PATH");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "gateway.yaml"), "bogus: 1\n");
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

        await using var run = ChildProcess.Start(Places.Program("dotnet")!,
            ["run", "--no-build", "-c", configuration, "--project", Path.Combine(Places.RepositoryRoot, "src", "Gateway"), "--", "check"], folder.Path);

        (await run.ExitCodeAsync(TimeSpan.FromSeconds(60))).Should().Be(2, run.Errors);
        run.Errors.Should().Contain("gateway.yaml:1:1").And.Contain("bogus");
    }

    [Fact]
    public async Task The_example_configuration_starts_a_gateway()
    {
        var example = await File.ReadAllTextAsync(Path.Combine(Places.RepositoryRoot, "gateway.yaml.example"));
        using var folder = new TempFolder();
        // Comments may name variables that no value uses; one too many does no harm.
        var environment = Variable().Matches(example).Select(static m => m.Groups[1].Value).Distinct()
            .ToDictionary(static n => n, static string? (n) => $"{n.ToLowerInvariant()}-0123456789abcdef0123456789abcdef");

        await using var gateway = await GatewayProcess.StartAsync(folder, example, environment);

        (await gateway.StatusAsync("/health/ready")).Should().Be(HttpStatusCode.OK);
        await using var check = ChildProcess.StartGateway(["check", "--config", gateway.ConfigPath], folder.Path, environment);
        (await check.ExitCodeAsync(TimeSpan.FromSeconds(20))).Should().Be(0, check.Output + check.Errors);
    }

    [Theory]
    [InlineData("version", 0)]
    [InlineData("--help", 0)]
    [InlineData("check --config nonsuch.yaml", 2)]
    [InlineData("nonsuch", 1)]
    public async Task Commands_end_with_their_exit_code(string command, int code)
    {
        using var folder = new TempFolder();
        await using var process = ChildProcess.StartGateway(command.Split(' '), folder.Path);

        var exit = await process.ExitCodeAsync(TimeSpan.FromSeconds(20));

        exit.Should().Be(code, process.Output + process.Errors);
        (process.Output + process.Errors).Should().NotBeNullOrWhiteSpace();
        process.Output.Should().NotContain("   at ", "no stack trace");
    }

    [GeneratedRegex(@"curl [^\n]*(\\\n[^\n]*)*")]
    private static partial Regex CurlLine();

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)")]
    private static partial Regex Variable();
}
