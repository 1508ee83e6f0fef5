using Gateway.Core.Errors;

namespace Gateway.Tests.Prompts;

/// <summary>S3: which keys get which prompts. Who may not learns nothing about what there is.</summary>
public sealed class PromptAccessTests
{
    private const string Yaml = PromptRig.Models + """
        prompts:
          - { name: open, versions: [{ messages: [{ role: system, content: o }] }] }
          - { name: theirs, keys: [one, two], teams: red, versions: [{ messages: [{ role: system, content: t }] }] }
        functions:
          - { name: open, model: smart, prompt: open }
          - { name: theirs, model: smart, prompt: theirs }
          - { name: blue, model: smart, prompt: theirs, teams: [blue] }
        """;

    [Theory]
    [InlineData("fn/open", "other", null, null, null)]
    [InlineData("fn/theirs", "one", null, null, null)]
    [InlineData("fn/theirs", "other", "red", null, null)]
    [InlineData("fn/theirs", "other", "blue", null, ErrorKind.ModelNotFound)]
    [InlineData("fn/theirs", "other", null, null, ErrorKind.ModelNotFound)]
    [InlineData("fn/theirs", "other", null, "fn/*", ErrorKind.ModelNotFound)]
    [InlineData("fn/theirs", "one", null, "fn/open", ErrorKind.ModelNotAllowed)]
    [InlineData("fn/theirs", "One", null, null, ErrorKind.ModelNotFound)]
    [InlineData("fn/blue", "other", "blue", null, null)]
    [InlineData("fn/blue", "one", "red", null, ErrorKind.ModelNotFound)]   // its own list counts, and not its prompt's
    [InlineData("fn/blue", "blue", null, null, ErrorKind.ModelNotFound)]   // a key that is called as a team is
    public void A_function_is_for_whom_it_names_else_for_whom_its_prompt_names(string model, string key, string? team, string? models, ErrorKind? refused) =>
        (PromptRig.Apply(Yaml, $$"""{"model":"{{model}}"}""", models is null ? null : [models], by: (key, team)).Error?.Kind).Should().Be(refused);

    [Theory]
    [InlineData("open", "other", null, null, true)]
    [InlineData("open", "other", null, "smart", false)]   // whose models are counted needs to be named
    [InlineData("open", "other", null, "*", false)]
    [InlineData("theirs", "one", null, null, true)]
    [InlineData("theirs", "two", null, "smart", true)]
    [InlineData("theirs", "other", "red", "smart", true)]
    [InlineData("theirs", "other", null, null, false)]
    [InlineData("theirs", "other", "blue", null, false)]
    [InlineData("theirs@1", "other", null, null, false)]
    public void A_prompt_by_its_header_is_for_whom_it_names_else_for_keys_without_a_list(string prompt, string key, string? team, string? models, bool isAllowed)
    {
        var error = PromptRig.Apply(Yaml, """{"model":"smart"}""", models is null ? null : [models], headers: [("x-gateway-prompt", prompt)], by: (key, team)).Error;
        var unknown = PromptRig.Apply(Yaml, """{"model":"smart"}""", headers: [("x-gateway-prompt", "nothing")]).Error!;

        if (isAllowed) error.Should().BeNull();
        else error.Should().Be(unknown with { Message = unknown.Message.Replace("nothing", prompt, StringComparison.Ordinal) }, "a prompt of others is as good as none");
    }

    [Fact]
    public void A_function_of_others_is_as_good_as_none()
    {
        var theirs = PromptRig.Apply(Yaml, """{"model":"fn/theirs"}""").Error!;
        var nobodys = PromptRig.Apply(Yaml, """{"model":"fn/nobody"}""").Error!;

        theirs.Should().Be(nobodys with { Message = nobodys.Message.Replace("nobody", "theirs", StringComparison.Ordinal) });
    }
}
