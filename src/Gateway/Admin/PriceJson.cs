using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Admin;

/// <summary>A price as JSON: US dollars per million tokens by class, exact decimals. A class that a list does not name is absent.</summary>
internal static class PriceJson
{
    public static void Write(Utf8JsonWriter json, ModelPrice? price)
    {
        if (price is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        Write(json, price.Rates);
        if (price.PerCall != 0)
            json.WriteNumber("call"u8, price.PerCall);
        json.WriteStartArray("tiers"u8);
        foreach (var tier in price.Tiers)
        {
            json.WriteStartObject();
            json.WriteNumber("over_tokens"u8, tier.Over);
            json.WriteString("service_tier"u8, tier.Tier == ServiceTier.Standard ? null : tier.Tier.ToString().ToLowerInvariant());
            Write(json, tier.Rates);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PriceRates rates)
    {
        Write(json, "input"u8, rates.Input);
        Write(json, "output"u8, rates.Output);
        Write(json, "cache_read"u8, rates.CacheRead);
        Write(json, "cache_write"u8, rates.CacheWrite);
        Write(json, "cache_write_hour"u8, rates.CacheWriteHour);
        Write(json, "reasoning"u8, rates.Reasoning);
        Write(json, "input_audio"u8, rates.InputAudio);
        Write(json, "output_audio"u8, rates.OutputAudio);
        Write(json, "input_image"u8, rates.InputImage);
        Write(json, "output_image"u8, rates.OutputImage);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, decimal? rate)
    {
        if (rate is { } value)
            json.WriteNumber(name, value);
    }
}
