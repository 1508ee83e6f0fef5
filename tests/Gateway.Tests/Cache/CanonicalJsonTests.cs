using System.Text;
using System.Text.Json;
using Gateway.Cache;

namespace Gateway.Tests.Cache;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"a":1,"b":2}""", " { \"a\" :\t1 ,\r\n \"b\":2 } ")]
    [InlineData("""{"a":"é\n"}""", """{"\u0061":"\u00e9\u000a"}""")]
    [InlineData("""{"a":"😀/"}""", """{"a":"\ud83d\uDE00\/"}""")]
    [InlineData("""{"m":[{"x":{"q":[],"p":{}},"a":null}],"l":true}""", """{"l":true,"m":[{"a":null,"x":{"p":{},"q":[]}}]}""")]
    public void Texts_that_say_the_same_are_the_same_bytes(string one, string other) => Canonical(one).Should().Be(Canonical(other));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":1}""", """{"a":1e0}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("""{"a":null}""", """{"a":"null"}""")]
    [InlineData("""{"a":true}""", """{"a":false}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":[1,[2]]}""", """{"a":[[1],2]}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    [InlineData("""{"a":{"b":1},"c":2}""", """{"a":{"b":1,"c":2}}""")]
    [InlineData("""{"a":"b","c":"d"}""", """{"a":"bscd"}""")]
    [InlineData("""{"a":"x"}""", """{"a":"x "}""")]
    [InlineData("""{"a":"x"}""", """{"A":"x"}""")]
    [InlineData("""{"ab":"c"}""", """{"a":"bc"}""")]
    public void Texts_that_say_something_else_are_other_bytes(string one, string other) => Canonical(one).Should().NotBe(Canonical(other));

    [Fact]
    public void Whatever_the_order_of_members_and_the_way_of_writing_them_a_value_is_one_text()
    {
        var random = new Random(11);
        var seen = new Dictionary<string, string>();
        for (var i = 0; i < 6000; i++)
        {
            var value = Value(random, 0);
            var plain = Write(value, null);
            var canonical = Canonical(plain);
            for (var again = 0; again < 4; again++)
                Canonical(Write(value, random)).Should().Be(canonical, plain);
            // Sorted and compact text is a canonical form too, made another way: two values share the one where they share the other.
            if (!seen.TryAdd(canonical, plain)) seen[canonical].Should().Be(plain);
        }

        seen.Count.Should().BeGreaterThan(1000);
    }

    private static string Canonical(string json)
    {
        using var canonical = new CanonicalJson(16);
        canonical.Write(Encoding.UTF8.GetBytes(json));
        return Convert.ToHexString(canonical.Written);
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(50),
        3 => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => "aé\"\\\n😀ß/"[random.Next(3)])),
        4 => Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1)).ToArray(),
        _ => Enumerable.Range(0, random.Next(5)).Select(_ => "n" + random.Next(30)).Distinct().ToDictionary(static n => n, _ => Value(random, depth + 1)),
    };

    /// <param name="random">Null: sorted, and as short as can be.</param>
    private static string Write(object? value, Random? random)
    {
        var blank = random is null ? "" : new string(' ', random.Next(3));
        return blank + value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            int number => $"{number}",
            string text => Quote(text, random),
            object?[] list => $"[{string.Join(",", list.Select(v => Write(v, random)))}{blank}]",
            Dictionary<string, object?> members => $"{{{string.Join(",", Order(members, random).Select(m => $"{blank}{Quote(m.Key, random)}{blank}:{Write(m.Value, random)}"))}}}",
            _ => throw new InvalidOperationException(),
        } + blank;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Order(Dictionary<string, object?> members, Random? random) =>
        random is null ? members.OrderBy(static m => m.Key, StringComparer.Ordinal) : members.OrderBy(_ => random.Next());

    private static string Quote(string text, Random? random) => random is null || random.Next(2) == 0
        ? JsonSerializer.Serialize(text)
        : $"\"{string.Concat(text.Select(static c => $"\\u{(int)c:x4}"))}\"";
}
