namespace Gateway.Tests.Architecture;

/// <summary>The eyes of the rules: if these are wrong, the rules see nothing.</summary>
public sealed class ScannerTests
{
    [Theory]
    [InlineData("var a = 1; // new HttpClient()", "var a = 1;")]
    [InlineData("/* HttpClient\n */ b();", "\nb();")]
    [InlineData("c(\"HttpClient { \\\" \");", "c( );")]
    [InlineData("d(@\"a\\\" + \"\"\"x { \"\"\");", "d( + );")]
    [InlineData("e($\"{x[\"HttpClient\"]} {{ {y}\");", "e( );")]
    [InlineData("f('{', '\\'');", "f( , );")]
    [InlineData("#if HttpClient\ng();", "\ng();")]
    [InlineData("h(\"\" + @class);", "h( + @class);")]
    public void Comments_strings_and_directives_are_blanked_and_nothing_else(string source, string code)
    {
        var read = CodeText.Read(source).Code;
        read.Length.Should().Be(source.Length);
        string.Join('\n', read.Split('\n').Select(static l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))).Should().Be(code);
    }

    [Fact]
    public void String_literals_are_kept_with_their_line_and_kind()
    {
        CodeText.Read("a(\"one\");\nb($\"two {x}\");\nc(\"\"\"three\"\"\");").Strings
            .Should().Equal(new StringLiteral(1, "one", false), new(2, "two {x}", true), new(3, "three", false));
    }

    [Fact]
    public void Methods_are_found_with_their_length_and_fields_are_not()
    {
        var file = new SourceFile("a.cs", """
            namespace A;

            [Obsolete("(")]
            internal sealed class B(int seed) : C(seed)
            {
                private static readonly Dictionary<string, int> Table = new(StringComparer.Ordinal)
                {
                    ["a"] = 1,
                };

                public int Value { get; init; } = Compute(1);

                public B() : this(1)
                {
                }

                /// <summary>Not counted.</summary>
                [Fact]
                public static async Task<int> LongAsync<T>(T record, Func<int> f = null) where T : class
                {
                    if (record is { } x)
                        await f(() => { return 1; });
                    return 2;
                }

                public int Short(int a) => a switch
                {
                    1 => 2,
                    _ => 3,
                };

                public static TheoryData<string> Rows() => new()
                {
                    { "a" },
                };

                private static (int A, string? B) Pair(int a) => (a, null);

                private record struct Inner(int A)
                {
                    public static bool operator ==(Inner a, Inner b) => true;
                }
            }
            """);
        MemberScanner.Methods(file).Should().Equal(new Member("B", 13, 3), new("LongAsync", 19, 6), new("Short", 26, 5), new("Pair", 37, 1), new("operator ==", 41, 1));
    }
}
