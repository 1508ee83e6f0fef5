using System.Text;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Pipeline;

public class OutputCapTests
{
    private static readonly RequestFields Unbounded = new() { Model = "fast", Choices = 1 };

    [Fact]
    public void An_answer_of_any_length_under_a_budget_gets_one() => Name(Cap()).Should().Be("max_tokens");

    [Fact]
    public void Providers_are_sent_the_name_they_know()
    {
        var openai = new ProviderManifest { Kind = "x", ChatOutputLimit = ChatOutputLimit.MaxCompletionTokens };
        Name(Cap(manifest: openai)).Should().Be("max_completion_tokens");
        Name(Cap(manifest: openai, endpoint: InferenceEndpoint.Completions)).Should().Be("max_tokens");
    }

    [Fact]
    public void A_dialect_is_sent_its_own_name() => Name(Cap(endpoint: InferenceEndpoint.Responses)).Should().Be("max_output_tokens");

    [Theory]
    [InlineData("max_tokens", InferenceEndpoint.Responses, "max_output_tokens")]
    [InlineData("max_completion_tokens", InferenceEndpoint.Responses, "max_output_tokens")]
    [InlineData("max_completion_tokens", InferenceEndpoint.Messages, "max_tokens")]
    [InlineData("max_completion_tokens", InferenceEndpoint.ChatCompletions, "max_completion_tokens")]
    [InlineData("temperature", InferenceEndpoint.Messages, "temperature")]
    public void An_operators_bound_is_called_as_the_dialect_calls_it(string name, InferenceEndpoint endpoint, string there) =>
        Name(OperatorField.Create(name, "5"u8, wins: true).For(endpoint)).Should().Be(there);

    [Fact]
    public void Nothing_is_added_where_a_bound_is_known_or_nobody_counts()
    {
        Cap(fields: Unbounded with { OutputBound = 10 }).Should().BeNull("the client named it");
        Cap(maxOutput: 100).Should().BeNull("the model has one");
        Cap(fields: Unbounded with { OutputBound = 0 }, endpoint: InferenceEndpoint.Embeddings).Should().BeNull();
        Cap(budgets: []).Should().BeNull("neither money nor tokens are limited");
        Cap(model: Models.Model("fast") with { Fields = [OperatorField.Create("max_completion_tokens", "9"u8, wins: false)] }).Should().BeNull("the operator named it");
    }

    [Fact]
    public void A_limit_of_tokens_is_reason_enough()
    {
        Name(Cap(budgets: [], limits: new LimitsConfig { Tpm = 1000 })).Should().Be("max_tokens");
        Name(Cap(budgets: [], targetLimits: new LimitsConfig { Tpm = 1000 })).Should().Be("max_tokens");
        Cap(budgets: [], limits: new LimitsConfig { Rpm = 1000 }).Should().BeNull();
    }

    private static OperatorField? Cap(
        RequestFields? fields = null, ModelEntry? model = null, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions, ProviderManifest? manifest = null,
        BudgetConfig[]? budgets = null, LimitsConfig? limits = null, LimitsConfig? targetLimits = null, long? maxOutput = null)
    {
        var provider = Models.Provider();
        if (manifest is not null) provider = provider with { Manifest = manifest };
        var target = Models.Target(provider, "up") with { MaxOutput = maxOutput, Limits = targetLimits ?? new() };
        var key = new KeyEntry { Name = "k", Models = null, Config = new() { Name = "k", Hash = default, Budgets = budgets ?? [new BudgetConfig { Limit = 1, Period = BudgetPeriod.Day }], Limits = limits ?? new() } };
        new AdmissionBook(TimeProvider.System, new NamePool()).Configure([key], [], [], []);
        return OutputCap.For(fields ?? Unbounded, model ?? Models.Model("fast"), target, key, endpoint);
    }

    private static string? Name(OperatorField? cap) => cap is null ? null : Encoding.UTF8.GetString(cap.Name);
}
