using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>price: { input: 1.00, output: 5.00 }</c></summary>
internal static class PriceShape
{
    private static readonly Key<decimal> Input = new("input", MoneyKind.Rate, "US dollars per million input tokens.") { Required = true };
    private static readonly Key<decimal> Output = new("output", MoneyKind.Rate, "US dollars per million output tokens; 0 for a model that writes none (embeddings, reranking).") { Required = true };
    private static readonly Key<decimal> CacheRead = new("cache_read", MoneyKind.Rate, "US dollars per million input tokens read from the provider's cache; absent: as input.");
    private static readonly Key<decimal> CacheWrite = new("cache_write", MoneyKind.Rate, "US dollars per million input tokens written to the provider's cache; absent: as input.");
    private static readonly Key<decimal> CacheWriteHour = new("cache_write_hour", MoneyKind.Rate, "US dollars per million input tokens written to the provider's cache for an hour (Anthropic); absent: as cache_write.");
    private static readonly Key<decimal> Reasoning = new("reasoning", MoneyKind.Rate, "US dollars per million reasoning tokens; absent: as output.");
    private static readonly Key<decimal> Call = new("call", MoneyKind.PerCall, "US dollars for one call of a tool that the provider runs (a web search), or one search of a reranking; absent: nothing.");

    public static readonly RecordKind<PriceConfig> Kind = new("price", [Input, Output, CacheRead, CacheWrite, CacheWriteHour, Reasoning, Call], static m => new()
    {
        Input = m.Get(Input),
        Output = m.Get(Output),
        CacheRead = m.GetOrNull(CacheRead),
        CacheWrite = m.GetOrNull(CacheWrite),
        CacheWriteHour = m.GetOrNull(CacheWriteHour),
        Reasoning = m.GetOrNull(Reasoning),
        Call = m.GetOrNull(Call),
    });
}
