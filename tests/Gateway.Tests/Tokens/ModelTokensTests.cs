using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

public sealed class ModelTokensTests
{
    [Theory]
    [InlineData("gpt-4o", TokenEncoding.O200k)]
    [InlineData("chatgpt-4o-latest", TokenEncoding.O200k)]
    [InlineData("gpt-4.1-mini", TokenEncoding.O200k)]
    [InlineData("gpt-5-nano-2025-08-07", TokenEncoding.O200k)]
    [InlineData("o1", TokenEncoding.O200k)]
    [InlineData("o4-mini", TokenEncoding.O200k)]
    [InlineData("openai/gpt-4o-mini", TokenEncoding.O200k)]
    [InlineData("claude-sonnet-4-5", TokenEncoding.O200k)]
    [InlineData("gpt-4", TokenEncoding.Cl100k)]
    [InlineData("GPT-4-turbo", TokenEncoding.Cl100k)]
    [InlineData("gpt-35-turbo", TokenEncoding.Cl100k)]
    [InlineData("ft:gpt-3.5-turbo-0125:acme::id", TokenEncoding.Cl100k)]
    [InlineData("text-embedding-3-large", TokenEncoding.Cl100k)]
    public void A_model_has_an_encoding(string model, TokenEncoding encoding) => ModelTokens.Of(model).Encoding.Should().Be(encoding);

    [Fact]
    public void Models_of_other_vendors_have_the_default() => ModelTokens.Of("qwen3-max").Should().Be(ModelTokens.Default);
}
