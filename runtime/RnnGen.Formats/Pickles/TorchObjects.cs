using System.Collections;
using System.Globalization;
using Razorvine.Pickle;

namespace RnnGen.Formats;

/// <summary>
/// The classes that a file of tensors asks for, and what they become. They are registered under names of our own, because the library's
/// table is one for the whole process.
/// </summary>
internal static class TorchObjects
{
    /// <summary>The module of our own names.</summary>
    public const string Module = "RnnGen.Formats";

    /// <summary>Python's dictionaries, with an order or without.</summary>
    public const string Dictionary = "dict";

    private const string Tensor = "tensor", First = "first", Storage = "storage:", ScriptModule = "module";

    private static readonly Dictionary<string, ElementType> Storages = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = ElementType.Real(4),
        ["DoubleStorage"] = ElementType.Real(8),
        ["HalfStorage"] = ElementType.Real(2),
        ["BFloat16Storage"] = ElementType.BFloat16,
        ["LongStorage"] = ElementType.Integer(8, isSigned: true),
        ["IntStorage"] = ElementType.Integer(4, isSigned: true),
        ["ShortStorage"] = ElementType.Integer(2, isSigned: true),
        ["CharStorage"] = ElementType.Integer(1, isSigned: true),
        ["ByteStorage"] = ElementType.Integer(1, isSigned: false),
        ["BoolStorage"] = ElementType.Boolean,
    };

    static TorchObjects()
    {
        Register(Dictionary, _ => new PickledDictionary());
        Register(ScriptModule, _ => new PickledModule());
        // A parameter is its tensor, a torch.Size its tuple, a list of TorchScript its list.
        Register(First, arguments => arguments[0]);
        Register(Tensor, TorchTensor.Create);
        foreach (var (name, type) in Storages)
            Unpickler.registerConstructor(Module, Storage + name, new StorageType(type));
    }

    /// <summary>Our own name for a class; null if it is none of those.</summary>
    public static string? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => Dictionary,
        ("torch._utils", "_rebuild_tensor_v2" or "_rebuild_tensor") => Tensor,
        ("torch._utils", "_rebuild_parameter") or ("torch", "Size") => First,
        ("torch.jit._pickle",
            "build_intlist" or "build_doublelist" or "build_boollist" or "build_tensorlist" or "restore_type_tag") => First,
        ("torch" or "torch.storage", _) when Storages.ContainsKey(name) => Storage + name,
        _ when module.StartsWith("__torch__", StringComparison.Ordinal) => ScriptModule,
        _ => null,
    };

    private static void Register(string name, Func<object[], object> construct) =>
        Unpickler.registerConstructor(Module, name, new Constructor(construct));

    private sealed class Constructor(Func<object[], object> create) : IObjectConstructor
    {
        public object construct(object[] args) => create(args);
    }
}

/// <summary>A storage's type, which is only named and never made.</summary>
internal sealed class StorageType(ElementType type) : IObjectConstructor
{
    public ElementType Type { get; } = type;

    public object construct(object[] args) => throw new PickleException("A storage cannot be made.");
}

/// <summary>A storage: its entry in the archive.</summary>
internal sealed record TorchStorage(ElementType Type, string Key, long Count);

/// <summary>A tensor: a part of a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, int[] Shape, long[] Strides)
{
    private const int MostDimensions = 32;

    /// <summary>The arguments of PyTorch's _rebuild_tensor_v2: storage, offset, shape, strides, and what training needs.</summary>
    public static TorchTensor Create(object[] arguments)
    {
        if (arguments is not [TorchStorage storage, var offset, object[] shape, object[] strides, ..]
            || shape.Length != strides.Length
            || shape.Length > MostDimensions)
            throw new PickleException("A tensor is made of a storage, an offset, a shape and strides.");
        return new(
            storage, Whole(offset, long.MaxValue), [.. shape.Select(s => (int)Whole(s, int.MaxValue))],
            [.. strides.Select(s => Whole(s, long.MaxValue))]);
    }

    private static long Whole(object value, long most) =>
        value is int or long && Convert.ToInt64(value, CultureInfo.InvariantCulture) is >= 0 and var whole && whole <= most
            ? whole
            : throw new PickleException("A size is no integer from 0 on.");
}

/// <summary>A dictionary. Its keys are hashed as nobody can foresee.</summary>
internal class PickledDictionary() : Hashtable(new Comparer())
{
    /// <summary>What an ordered dictionary has beside its entries: the versions of modules.</summary>
    public Hashtable? State { get; private set; }

    /// <summary>Called by the library.</summary>
    public void __setstate__(Hashtable state) => State = state;

    private sealed class Comparer : IEqualityComparer
    {
        public new bool Equals(object? x, object? y) => object.Equals(x, y);

        public int GetHashCode(object key) => HashCode.Combine(key);
    }
}

/// <summary>A module of TorchScript: its attributes.</summary>
internal sealed class PickledModule
{
    public Hashtable Attributes { get; private set; } = [];

    public void __setstate__(Hashtable state) => Attributes = state;
}

/// <summary>The library's reader, told what a storage is.</summary>
internal sealed class TorchUnpickler : Unpickler
{
    protected override object persistentLoad(object pid) =>
        pid is object[] and ["storage", StorageType type, string key, string, var count, ..]
        ? new TorchStorage(type.Type, key, Convert.ToInt64(count, CultureInfo.InvariantCulture))
        : throw new PickleException("An object outside of the pickle is no storage.");
}
