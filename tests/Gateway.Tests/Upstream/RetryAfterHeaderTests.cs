using System.Net;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public sealed class RetryAfterHeaderTests
{
    private const string Now = "Sun, 06 Nov 1994 08:49:37 GMT";

    [Theory]
    [InlineData("30", null, 30)]
    [InlineData("0", Now, 0)]
    [InlineData("Sun, 06 Nov 1994 08:50:07 GMT", Now, 30)]
    [InlineData("Sunday, 06-Nov-94 08:50:07 GMT", Now, 30)]
    [InlineData("Sun Nov  6 08:50:07 1994", Now, 30)]
    [InlineData("Sun, 06 Nov 1994 08:00:00 GMT", Now, 0)]
    [InlineData("Sun, 07 Nov 2094 08:49:37 GMT", Now, 86_400)]
    [InlineData("Sun, 06 Nov 1994 08:50:07 GMT", null, null)]   // by whose clock?
    [InlineData("soon", Now, null)]
    [InlineData("-3", Now, null)]
    [InlineData("NaN", Now, null)]
    public void Seconds_and_all_forms_of_a_date_are_understood(string retryAfter, string? date, int? seconds)
    {
        using var message = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        message.Headers.TryAddWithoutValidation("retry-after", retryAfter);
        if (date is not null) message.Headers.TryAddWithoutValidation("date", date);
        using var reply = new UpstreamReply(429, Stream.Null, message);

        RetryAfterHeader.Of(reply).Should().Be(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }
}
