using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>JSON that is being put together to be written once: an answer in some provider's wire format reads here as it does in the provider's documentation.</summary>
internal abstract class NativeNode
{
    public abstract void WriteTo(Utf8JsonWriter json);

    public static implicit operator NativeNode?(string? text) => text is null ? null : new Value<string>(text, static (json, text) => json.WriteStringValue(text));

    public static implicit operator NativeNode(bool flag) => new Value<bool>(flag, static (json, flag) => json.WriteBooleanValue(flag));

    public static implicit operator NativeNode(long number) => new Value<long>(number, static (json, number) => json.WriteNumberValue(number));

    public static implicit operator NativeNode(double number) => new Value<double>(number, static (json, number) => json.WriteNumberValue(number));

    public static implicit operator NativeNode(float[] numbers) => new Value<float[]>(numbers, static (json, numbers) =>
    {
        json.WriteStartArray();
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    });

    /// <param name="json">One whole value.</param>
    public static NativeNode Raw(string json) => new Value<string>(json, static (writer, json) => writer.WriteRawValue(json));

    private sealed class Value<T>(T value, Action<Utf8JsonWriter, T> write) : NativeNode
    {
        public override void WriteTo(Utf8JsonWriter json) => write(json, value);
    }
}

internal sealed class NativeObject : NativeNode
{
    private readonly List<KeyValuePair<string, NativeNode?>> _members = [];

    /// <summary>Adds a member behind the others.</summary>
    public NativeNode? this[string name]
    {
        set => _members.Add(new(name, value));
    }

    /// <summary>The same object with a member before the others.</summary>
    public NativeObject Before(string name, NativeNode? value)
    {
        _members.Insert(0, new(name, value));
        return this;
    }

    public bool Has(string name) => _members.Exists(m => m.Key == name);

    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in _members)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else value.WriteTo(json);
        }

        json.WriteEndObject();
    }
}

internal sealed class NativeArray(params IEnumerable<NativeNode> items) : NativeNode
{
    public override void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var item in items) item.WriteTo(json);
        json.WriteEndArray();
    }
}
