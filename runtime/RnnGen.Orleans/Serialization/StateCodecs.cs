using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Serializers;

namespace RnnGen.Orleans.Serialization;

/// <summary>Gives Orleans a codec and a copier for the <c>State</c> of every model.</summary>
internal sealed class StateCodecs : ISpecializableCodec, ISpecializableCopier, ITypeFilter
{
    public bool IsSupportedType(Type type) => NumbersOf(type) is not null;

    public IFieldCodec GetSpecializedCodec(Type type) => (IFieldCodec)Create(type);

    public IDeepCopier GetSpecializedCopier(Type type) => (IDeepCopier)Create(type);

    /// <summary>Lets Orleans read the names of states, of models, which are type arguments of shards, and of calls to these.</summary>
    public bool? IsTypeAllowed(Type type)
    {
        bool isCall = type.Assembly == typeof(StateCodecs).Assembly && typeof(IInvokable).IsAssignableFrom(type);
        return isCall || NumbersOf(type) is not null || InferenceOf(type) is not null ? true : null;
    }

    /// <summary>The <c>IRnnInference</c> of a model's class; null if it is none.</summary>
    public static Type? InferenceOf(Type type) => Array.Find(
        type.IsClass ? type.GetInterfaces() : [],
        candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IRnnInference<,,>));

    /// <summary>The type of a state's numbers; null if it is no state.</summary>
    public static Type? NumbersOf(Type type) => Array.Find(
        type.IsValueType ? type.GetInterfaces() : [],
        candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IRnnState<>))?.GetGenericArguments()[0];

    private static object Create(Type type) =>
        Activator.CreateInstance(typeof(StateCodec<,>).MakeGenericType(type, NumbersOf(type)!))!;
}
