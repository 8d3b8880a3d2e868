package org.ppl4j.testing;

import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Ppl;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;

/**
 * The law of reads: what Java can know of a tensor's numbers, it was told by a read that the column
 * has seen. Every public method that can be called with what can be made is called in a program,
 * with tensors of some numbers and of others. If numbers, texts or plain arrays that come of it
 * differ, there was a read.
 */
public final class ReadsLaw {

  /** So many ways to make a thing are used. */
  private static final int WAYS = 3;

  /** A thing is made of things that are made of so many others. */
  private static final int DEPTH = 3;

  private final ImmutableList<Class<?>> types;
  private final Map<Made, ImmutableList<Maker>> makers = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private int calls;
  private int told;
  private int methods;

  /** What is made of things that are made of so many others. */
  private record Made(Class<?> type, int depth) {}

  /** One way to make a thing. */
  private interface Maker {
    Object make(Call call) throws ReflectiveOperationException;
  }

  /** Where a call is made. */
  /** What opens or closes runs, of which the law has its own. */
  private static final ImmutableSet<String> OPENING = ImmutableSet.of("open", "close");

  private record Call(Run run, Ppl p, NDManager manager, int numbers, StringBuilder told) {}

  /** Of these types. */
  public ReadsLaw(List<Class<?>> types) {
    this.types = ImmutableList.copyOf(types);
  }

  /**
   * The public types that come from where a class does, in order, but for those that know no
   * tensors: numbers or handles alone.
   */
  public static List<Class<?>> publicTypes(Class<?> beside) throws IOException {
    return ClassPath.from(beside.getClassLoader()).getAllClasses().stream()
        .filter(info -> info.getPackageName().startsWith("org.ppl4j"))
        .filter(info -> !info.getPackageName().matches("org.ppl4j.(math|tensor[.].*)"))
        .filter(info -> !info.getSimpleName().equals("package-info"))
        .map(ClassPath.ClassInfo::load)
        .filter(type -> isFrom(beside, type) && isPublic(type))
        .sorted(Comparator.comparing(Class::getName))
        .collect(toImmutableList());
  }

  private static boolean isFrom(Class<?> beside, Class<?> type) {
    return type.getProtectionDomain()
        .getCodeSource()
        .getLocation()
        .equals(beside.getProtectionDomain().getCodeSource().getLocation());
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
  }

  /** What let a number out that nobody saw. */
  public List<String> faults() {
    return faults;
  }

  /** How many calls gave something or other, in both runs. */
  public int calls() {
    return calls;
  }

  /** How many methods they are of. */
  public int methods() {
    return methods;
  }

  /** How many of the calls told a number, and were seen to. */
  public int told() {
    return told;
  }

  /** Calls every public method of the types. */
  public void judge() {
    types.forEach(this::judge);
  }

  /** Calls every public method of a type. */
  public void judge(Class<?> type) {
    Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getConstructors()))
        .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
        .filter(each -> !OPENING.contains(each.getName()))
        .sorted(Comparator.comparing(Executable::toString))
        .forEach(each -> judge(type, each));
  }

  private void judge(Class<?> type, Executable method) {
    boolean isCalled = false;
    for (int choice = 0; choice < WAYS; choice++) {
      Optional<Outcome> one = outcome(type, method, choice, 0);
      Optional<Outcome> other = one.isEmpty() ? Optional.empty() : outcome(type, method, choice, 1);
      if (one.isEmpty() || other.isEmpty()) {
        continue;
      }
      calls++;
      isCalled = true;
      if (!one.get().told.equals(other.get().told)) {
        if (one.get().isSeen || other.get().isSeen) {
          told++;
        } else if (one.equals(outcome(type, method, choice, 0))) { // not by identity alone
          faults.add("%s tells %s and %s".formatted(method, one.get().told, other.get().told));
        }
      }
    }
    methods += isCalled ? 1 : 0;
  }

  /** What a call told Java, and whether a read was seen. */
  private record Outcome(String told, boolean isSeen) {}

  private Optional<Outcome> outcome(Class<?> type, Executable method, int choice, int numbers) {
    StringBuilder text = new StringBuilder();
    List<Object> given = new ArrayList<>();
    Reads reads = new Reads();
    boolean[] done = new boolean[1];
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      PyTorch.get()
          .watched(
              reads,
              () ->
                  inProgram(
                      manager,
                      numbers,
                      text,
                      call -> {
                        Optional<Object> result = call(call, type, method, choice, given);
                        done[0] = result.isPresent();
                        result.ifPresent(given::add);
                      }));
      if (!done[0]) {
        return Optional.empty();
      }
      given.forEach(each -> tell(each, text));
      manager.getManagedArrays().forEach(each -> tell(each, text));
      return Optional.of(new Outcome(text.toString(), reads.isSeen));
    }
  }

  private interface Body {
    void in(Call call);
  }

  private static void inProgram(NDManager manager, int numbers, StringBuilder text, Body body) {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        ParamStore params = new ParamStore(manager)) {
      try {
        Execution.record(
            run,
            params,
            Rng.Purpose.MODEL,
            (p, none) -> body.in(new Call(run, p, manager, numbers, text)),
            null);
      } catch (RuntimeException e) {
        text.append("ends with ").append(e.getClass());
      }
    }
  }

  /** The result of a call, or nothing where it cannot be made or throws. */
  private Optional<Object> call(
      Call call, Class<?> type, Executable method, int choice, List<Object> given) {
    try {
      boolean isStatic = Modifier.isStatic(method.getModifiers()) || method instanceof Constructor;
      Object receiver = isStatic ? null : receiver(call, type, choice);
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = make(call, method.getParameterTypes()[i], choice, DEPTH);
      }
      Object result = invoke(method, receiver, arguments);
      given.addAll(Arrays.asList(arguments));
      return Optional.of(result == null ? "nothing" : result);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private Object receiver(Call call, Class<?> type, int choice)
      throws ReflectiveOperationException {
    return type == NDManager.class ? call.run().manager() : make(call, type, choice, DEPTH);
  }

  private static @Nullable Object invoke(
      Executable method, @Nullable Object receiver, Object... arguments)
      throws ReflectiveOperationException {
    if (method instanceof Constructor<?> constructor) {
      return constructor.newInstance(arguments);
    }
    return ((Method) method).invoke(receiver, arguments);
  }

  // --- what things are made of

  private Object make(Call call, Class<?> type, int choice, int depth)
      throws ReflectiveOperationException {
    Made key = new Made(type, depth);
    ImmutableList<Maker> all = makers.get(key);
    if (all == null) {
      all = found(call, type, depth);
      makers.put(key, all);
    }
    if (all.isEmpty()) {
      throw new NoSuchMethodException("nothing makes a " + type);
    }
    return all.get(choice % all.size()).make(call);
  }

  private ImmutableList<Maker> found(Call call, Class<?> type, int depth) {
    ImmutableList<Maker> known = known(type);
    if (!known.isEmpty() || depth == 0 || !type.getName().startsWith("org.ppl4j")) {
      return known.isEmpty() && type.isInterface()
          ? ImmutableList.of(c -> callback(c, type))
          : known;
    }
    List<Maker> found = new ArrayList<>();
    for (Class<?> owner : types) {
      for (Executable each : factories(owner)) {
        Class<?> made = each instanceof Method m ? m.getReturnType() : owner;
        if (type.isAssignableFrom(made) && found.size() < WAYS) {
          Maker maker = c -> made(c, owner, each, depth);
          try {
            maker.make(call);
            found.add(maker);
          } catch (ReflectiveOperationException | RuntimeException e) {
            // another may
          }
        }
      }
    }
    if (found.isEmpty() && type.isInterface()) {
      found.add(c -> callback(c, type));
    }
    return ImmutableList.copyOf(found);
  }

  private Object made(Call call, Class<?> owner, Executable each, int depth)
      throws ReflectiveOperationException {
    Object receiver =
        Modifier.isStatic(each.getModifiers()) || each instanceof Constructor
            ? null
            : make(call, owner, 0, 0);
    Object[] arguments = new Object[each.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = make(call, each.getParameterTypes()[i], 0, depth - 1);
    }
    Object made = invoke(each, receiver, arguments);
    if (made == null) {
      throw new NoSuchMethodException(each + " makes nothing");
    }
    return made;
  }

  private static List<Executable> factories(Class<?> owner) {
    boolean isThere = owner == Ppl.class || owner == Run.class;
    Stream<Executable> statics =
        Arrays.stream(owner.getDeclaredMethods())
            .filter(each -> Modifier.isPublic(each.getModifiers()))
            .filter(each -> isThere || Modifier.isStatic(each.getModifiers()))
            .map(each -> each);
    Stream<Executable> constructors =
        Modifier.isAbstract(owner.getModifiers())
            ? Stream.empty()
            : Arrays.stream(owner.getConstructors()).map(each -> each);
    return Stream.concat(statics, constructors)
        .sorted(Comparator.comparing(Executable::toString))
        .toList();
  }

  private static ImmutableList<Maker> known(Class<?> type) {
    if (type == NDArray.class) {
      return ImmutableList.of(
          call -> varying(call, new Shape(3), 0.2, 0.3, 0.5),
          call -> varying(call, new Shape(2, 2), 0.6, 0.3, 0.3, 0.7),
          call -> varying(call, new Shape(), 0.4));
    } else if (type == NDList.class || type == List.class || type == Iterable.class) {
      return ImmutableList.of(
          call -> new NDList(varying(call, new Shape(3), 0.2, 0.3, 0.5)),
          call -> new NDList(varying(call, new Shape(), 0.2), varying(call, new Shape(), 0.7)));
    } else if (type == NDArray[].class) {
      return ImmutableList.of(
          call -> new NDArray[0], call -> new NDArray[] {varying(call, new Shape(3), 0.2, 1, 2)});
    } else if (type == NDManager.class) {
      return ImmutableList.of(Call::manager);
    } else if (type == Run.class) {
      return ImmutableList.of(Call::run);
    } else if (type == Ppl.class) {
      return ImmutableList.of(Call::p);
    } else if (type == RunConfig.class) {
      return ImmutableList.of(call -> RunConfig.defaults());
    } else if (type == Shape.class) {
      return same(new Shape(3), new Shape(2, 2), new Shape());
    } else if (type == int.class || type == Integer.class) {
      return same(0, -1, 1);
    } else if (type == long.class || type == Long.class) {
      return same(1L, 0L, 2L);
    } else if (type == double.class || type == Number.class || type == Double.class) {
      return same(0.5, 2.0, -1.0);
    } else if (type == float.class) {
      return same(0.5f, 2f);
    } else if (type == boolean.class) {
      return same(false, true);
    } else if (type == String.class || type == CharSequence.class || type == Object.class) {
      return same("a", ":", "0");
    } else if (type == NDIndex.class) {
      return same(new NDIndex("0"), new NDIndex(":"), new NDIndex("..., 0"));
    } else if (type == DataType.class) {
      return same(DataType.FLOAT64, DataType.INT64);
    } else if (type.isEnum()) {
      return ImmutableList.of(call -> type.getEnumConstants()[0]);
    } else if (type.isArray() && type.getComponentType().isPrimitive()) {
      return ImmutableList.of(call -> Array.newInstance(type.getComponentType(), 3));
    }
    return ImmutableList.of();
  }

  private static ImmutableList<Maker> same(Object... things) {
    return Arrays.stream(things).map(thing -> (Maker) call -> thing).collect(toImmutableList());
  }

  /** A tensor of some numbers, or of others. */
  private static NDArray varying(Call call, Shape shape, double... numbers) {
    double[] own = numbers.clone();
    if (own.length > 0) {
      own[0] += 0.05 * call.numbers();
      own[own.length - 1] -= own.length > 1 ? 0.05 * call.numbers() : 0;
    }
    return Autograd.variable(call.run().create(own, shape));
  }

  /** What answers with what it is given, and tells what that is. */
  private Object callback(Call call, Class<?> type) {
    InvocationHandler answers =
        (proxy, method, arguments) -> {
          Object[] in = arguments == null ? new Object[0] : arguments;
          Class<?> wanted = method.getReturnType();
          if (method.getDeclaringClass() == Object.class) {
            return wanted == String.class ? "callback" : wanted == int.class ? (Object) 1 : false;
          }
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          Arrays.stream(in)
              .filter(each -> !(each instanceof NDArray))
              .forEach(x -> tell(x, call.told));
          if (wanted == void.class) {
            return null;
          }
          for (Object each : in) {
            if (wanted.isInstance(each)) {
              return each;
            }
          }
          return make(call, wanted == Object.class ? NDArray.class : wanted, 0, 1);
        };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers);
  }

  // --- what Java can know

  private static void tell(@Nullable Object thing, StringBuilder text) {
    if (thing instanceof NDArray array) {
      if (Tensors.hasRun(array)) {
        text.append("tensor ");
      } else {
        text.append(
            array.getDataType() == DataType.INT64
                ? Arrays.toString(array.toLongArray())
                : Arrays.toString(Tensors.values(array)));
      }
    } else if (thing instanceof Number
        || thing instanceof CharSequence
        || thing instanceof Boolean
        || thing instanceof OptionalDouble) {
      text.append(thing).append(' ');
    } else if (thing instanceof Iterable<?> list) {
      list.forEach(each -> tell(each, text));
    } else if (thing instanceof Map<?, ?> map) {
      map.values().forEach(each -> tell(each, text));
    } else if (thing instanceof Optional<?> optional) {
      optional.ifPresent(each -> tell(each, text));
    } else if (thing != null && thing.getClass().isArray()) {
      IntStream.range(0, Array.getLength(thing)).forEach(i -> tell(Array.get(thing, i), text));
    }
  }

  /** The engine's column, which notes reads. */
  private static final class Reads implements Column {

    private final PyTorch engine = PyTorch.get();
    private boolean isSeen;

    @Override
    public long apply(Op op, Attributes attributes, long[] in) {
      return engine.apply(op, attributes, in);
    }

    @Override
    public long[] applyMany(Op op, Attributes attributes, long[] in) {
      return engine.applyMany(op, attributes, in);
    }

    @Override
    public void read(@Nullable Op op, long handle) {
      isSeen |= op == null;
    }

    @Override
    public void ask(String what) {
      isSeen = true;
    }

    @Override
    public void free(long handle) {
      engine.free(handle);
    }
  }
}
