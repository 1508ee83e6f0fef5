using Gateway.Cache;
using Gateway.Cache.Semantic;

namespace Gateway.Tests.Cache.Semantic;

public sealed class SemanticIndexTests
{
    private readonly SemanticIndex _index = new();

    [Fact]
    public void The_nearest_of_its_own_group_is_found()
    {
        Add(1, 1, [1, 0, 0]);
        Add(1, 2, [0, 1, 0]);
        Add(2, 3, [0.6f, 0.8f, 0]);

        var nearest = _index.Nearest("m", Key(1), [0.6f, 0.8f, 0])!;

        nearest.Entry.Answer.Should().Be(Key(2));
        nearest.Similarity.Should().BeApproximately(0.8, 1e-6);
        _index.Nearest("m", Key(3), [1, 0, 0]).Should().BeNull();
        _index.Nearest("other", Key(1), [1, 0, 0]).Should().BeNull();
    }

    [Fact]
    public void The_oldest_make_room()
    {
        for (byte i = 1; i <= 5; i++) Add(1, i, [i, 1, 0], most: 3);

        _index.Count("m").Should().Be(3);
        _index.Nearest("m", Key(1), Unit([1, 1, 0]))!.Entry.Answer.Should().Be(Key(3));
    }

    [Fact]
    public void An_answer_that_is_made_again_is_one_text()
    {
        Add(1, 1, [1, 0, 0]);
        Add(1, 1, [0, 1, 0]);

        _index.Count("m").Should().Be(1);
        _index.Nearest("m", Key(1), [1, 0, 0])!.Similarity.Should().Be(0);
    }

    [Fact]
    public void What_is_taken_out_is_not_found()
    {
        Add(1, 1, [1, 0, 0]);
        _index.Remove("m", _index.Nearest("m", Key(1), [1, 0, 0])!.Entry);

        _index.Nearest("m", Key(1), [1, 0, 0]).Should().BeNull();
        _index.Count("m").Should().Be(0);
    }

    [Fact]
    public void Vectors_of_another_length_are_passed_over()
    {
        Add(1, 1, [1, 0]);
        _index.Nearest("m", Key(1), [1, 0, 0]).Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1536)]
    [InlineData(1537)]
    public void A_product_is_that_of_all_numbers(int length)
    {
        var random = new Random(length);
        var (a, b) = (Numbers(), Numbers());
        UnitVector.Dot(a, b).Should().BeApproximately(a.Zip(b, static (x, y) => (double)x * y).Sum(), 1e-3);
        UnitVector.TryNormalize(a).Should().BeTrue();
        UnitVector.Dot(a, a).Should().BeApproximately(1, 1e-5);

        float[] Numbers() => [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_has_no_direction_is_no_vector(float x) => UnitVector.TryNormalize(new[] { x, 0f }).Should().BeFalse();

    private static CacheKey Key(byte n)
    {
        var digest = new byte[CacheKey.Size];
        digest[^1] = n;
        return new(digest);
    }

    private static float[] Unit(float[] vector)
    {
        UnitVector.TryNormalize(vector).Should().BeTrue();
        return vector;
    }

    private void Add(byte group, byte answer, float[] vector, int most = 10) => _index.Add("m", new(Key(group), Key(answer), Unit(vector)), most);
}
