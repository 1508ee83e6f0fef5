using System.Reflection;
using Gateway.Admission;
using Gateway.Routing;

namespace Gateway.Tests.Architecture;

/// <summary>An endpoint cannot forget the budget: what sends to an upstream cannot be called without a reservation.</summary>
public sealed class SenderTests
{
    [Fact]
    public void Every_sender_takes_a_reservation() => WithoutReservation(typeof(ModelAllowList).Assembly.GetTypes()
        .Where(static t => t.Namespace == "Gateway.Upstream")).Should().BeEmpty();

    [Fact]
    public void A_sender_without_a_reservation_is_seen() => WithoutReservation([typeof(Honest), typeof(Forgetful)]).Should().Equal("Forgetful.SendAsync");

    private static IEnumerable<string> WithoutReservation(IEnumerable<Type> types) => types
        .SelectMany(static t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(static m => m.Name.StartsWith("Send", StringComparison.Ordinal) && !m.GetParameters().Any(static p => p.ParameterType == typeof(Reservation)))
        .Select(static m => $"{m.DeclaringType!.Name}.{m.Name}");

    private abstract class Honest
    {
        public abstract Task SendAsync(Reservation reservation);
    }

    private abstract class Forgetful
    {
        public abstract Task SendAsync(Uri address);
    }
}
