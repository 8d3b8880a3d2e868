package org.ppl4j.tensor.internal.around;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;
import org.ppl4j.tensor.internal.around.ClassCode.Body;
import org.ppl4j.tensor.internal.around.ClassCode.Call;
import org.ppl4j.tensor.internal.around.ClassCode.Lambda;

/**
 * Goes from programs through the objects that they hold and the code that they may run, to all that
 * this code reads. An object of a class of the program's own is known by the fields that code
 * reads; one of this library's, whose code is trusted, is looked through for objects that are not.
 * A method is run if it is called, or if it is one that others may call, of an object that is met
 * or made.
 */
final class Walk {

  /** Of an array or a collection, and of plain tensors: larger ones are not compared. */
  private static final int MOST = 1000;

  private static final int MOST_METHODS = 5_000;
  private static final int MOST_OBJECTS = 100_000;

  /** Packages whose objects hold no programs. */
  private static final ImmutableSet<String> CLOSED =
      ImmutableSet.of("org.ppl4j.params", "org.ppl4j.tensor", "org.ppl4j.constraints");

  private final List<Guard> guards = new ArrayList<>();
  private final Set<String> unjudged = new LinkedHashSet<>();
  private boolean readsArrays;
  private final Deque<Runnable> left = new ArrayDeque<>();
  private final IdentityHashMap<Object, Object> met = new IdentityHashMap<>();
  private final Set<Written> run = new HashSet<>();
  private final Set<Field> read = new LinkedHashSet<>();
  private final Set<Class<?>> live = new LinkedHashSet<>();
  private final ListMultimap<Class<?>, Object> objects = ArrayListMultimap.create();
  private final Set<VirtualCall> virtualCalls = new LinkedHashSet<>();
  private final List<Runnable> numbers = new ArrayList<>(); // functions that give one
  private boolean asksForNumbers; // by code that is followed

  /** A method where it is written. */
  private record Written(Class<?> owner, String key) {}

  private record VirtualCall(Class<?> owner, String name, String descriptor) {}

  private Walk() {}

  /** From programs to all that they read. */
  static Walk of(Iterable<?> programs) {
    Walk walk = new Walk();
    programs.forEach(program -> walk.meet(program, "a program", false));
    while (!walk.left.isEmpty()) {
      walk.left.poll().run();
    }
    return walk;
  }

  List<Guard> guards() {
    return guards;
  }

  Set<String> unjudged() {
    return unjudged;
  }

  boolean readsArrays() {
    return readsArrays;
  }

  // --- objects

  /**
   * An object that code may use.
   *
   * @param what names it
   * @param isOwn whether code that is followed holds it, so that it is read
   */
  private void meet(@Nullable Object object, String what, boolean isOwn) {
    if (object == null || Origin.isFixed(object) || met.put(object, object) != null) {
      return;
    }
    if (met.size() > MOST_OBJECTS) {
      unjudged.add("more objects than can be looked at");
      return;
    }
    Class<?> type = object.getClass();
    if (object instanceof Enum<?>) {
      own(object);
    } else if (type.isArray()) {
      array(object, what, isOwn);
    } else if (object instanceof NDArray tensor) {
      tensor(tensor, what, isOwn);
    } else if (isLambda(type)) {
      left.add(() -> lambda(object));
    } else if (object instanceof Proxy) {
      unjudged.add("a proxy of " + Arrays.toString(type.getInterfaces()));
    } else {
      switch (Origin.of(type)) {
        case OWN -> own(object);
        case TRUSTED -> trusted(object, what, isOwn);
        case JAVA -> javas(object, what, isOwn);
      }
    }
  }

  private void array(Object array, String what, boolean isOwn) {
    int length = Array.getLength(array);
    if (isOwn && length > MOST) {
      unjudged.add(what + ", which has " + length + " elements");
    } else if (isOwn && length > 0) {
      guards.add(Guard.ofArray(what, array));
    }
    if (array instanceof Object[] elements && length <= MOST) {
      Arrays.asList(elements).forEach(each -> meet(each, "an element of " + what, isOwn));
    }
  }

  private void tensor(NDArray tensor, String what, boolean isOwn) {
    if (isOwn && Origin.of(tensor.getClass()) == Origin.TRUSTED && isPlain(tensor)) {
      if (tensor.isReleased() || tensor.size() > MOST) {
        unjudged.add(what + ", which is a tensor of shape " + tensor.getShape());
      } else {
        guards.add(Guard.ofTensor(what, tensor));
      }
    }
  }

  private static boolean isPlain(NDArray tensor) {
    return tensor.getClass().getName().startsWith("ai.djl.");
  }

  /** Of a class of a program's own: its fields that are read. */
  private void own(Object object) {
    Class<?> type = object.getClass();
    objects.put(type, object);
    left.add(() -> live(type));
    read.stream()
        .filter(field -> field.getDeclaringClass().isInstance(object))
        .forEach(field -> left.add(() -> field(field, object)));
  }

  /** Looked through for others. */
  private void trusted(Object object, String what, boolean isOwn) {
    if (object instanceof Collection<?> || object instanceof Map<?, ?>) {
      javas(object, what, isOwn);
    } else if (!(object instanceof NDManager) && !isClosed(object.getClass())) {
      for (Class<?> type = object.getClass();
          type != null && Origin.of(type) == Origin.TRUSTED;
          type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            String name = "field '" + field.getName() + "' of " + type.getName();
            value(field, object).ifPresent(value -> meet(value, name, false));
          }
        }
      }
    }
  }

  private static boolean isClosed(Class<?> type) {
    String name = type.getPackageName();
    return CLOSED.stream().anyMatch(each -> name.equals(each) || name.startsWith(each + "."))
        || name.startsWith("ai.djl.") && !name.startsWith("ai.djl.nn")
        || name.startsWith("org.slf4j")
        || name.startsWith("org.apache.spark");
  }

  /** Of Java's own classes, or a collection. */
  private void javas(Object object, String what, boolean isOwn) {
    if (object instanceof Optional<?> optional) {
      optional.ifPresent(value -> meet(value, what, isOwn));
    } else if (object instanceof Map<?, ?> map) {
      contents(map.size(), isOwn && !isImmutable(map) ? Guard.ofMap(what, map) : null, what);
      elements(map.keySet(), what, isOwn);
      elements(map.values(), what, isOwn);
    } else if (object instanceof List<?> list) {
      contents(list.size(), isOwn && !isImmutable(list) ? Guard.ofList(what, list) : null, what);
      elements(list, what, isOwn);
    } else if (object instanceof Collection<?> all) {
      Guard guard = isOwn && !isImmutable(all) ? Guard.ofAll(what, all, all.toArray()) : null;
      contents(all.size(), guard, what);
      elements(all, what, isOwn);
    } else if (isOwn) {
      Optional<Guard> guard = Guard.ofHolder(what, object);
      guard.ifPresent(guards::add);
      if (guard.isEmpty()) {
        unjudged.add(what + ", which is a " + object.getClass().getName());
      }
    }
    if (object instanceof AtomicReference<?> holder) {
      meet(holder.get(), what, isOwn);
    }
  }

  private static boolean isImmutable(Object all) {
    return all instanceof ImmutableCollection<?>
        || all instanceof ImmutableMap<?, ?>
        || all.getClass().getName().startsWith("java.util.ImmutableCollections$");
  }

  private void contents(int size, @Nullable Guard guard, String what) {
    if (guard != null && size > MOST) {
      unjudged.add(what + ", which has " + size + " elements");
    } else if (guard != null) {
      guards.add(guard);
    }
  }

  private void elements(Iterable<?> all, String what, boolean isOwn) {
    all.forEach(each -> meet(each, "an element of " + what, isOwn));
  }

  // --- fields

  private void field(Field field, @Nullable Object owner) {
    String name =
        "field '" + field.getName() + "' of class '" + field.getDeclaringClass().getName() + "'";
    boolean isPrimitive = field.getType().isPrimitive();
    boolean isFinal = Modifier.isFinal(field.getModifiers());
    if (isFinal && isPrimitive) {
      return;
    }
    Optional<Object> value = value(field, owner);
    if (!isFinal) {
      try {
        guards.add(Guard.of(name, field, owner, value.orElse(null)));
      } catch (IllegalAccessException e) {
        unjudged.add(name + ", which cannot be read");
      }
    }
    value.ifPresent(each -> meet(each, "what is in " + name, true));
  }

  /** What a field has, unless that is nothing or cannot be known. */
  private Optional<Object> value(Field field, @Nullable Object owner) {
    try {
      if (isOpen(field)) {
        return Optional.ofNullable(field.get(owner));
      }
    } catch (IllegalAccessException e) {
      unjudged.add("field '" + field.getName() + "' of " + field.getDeclaringClass().getName());
    }
    return Optional.empty();
  }

  private boolean isOpen(AccessibleObject member) {
    try {
      if (member.trySetAccessible()) {
        return true;
      }
    } catch (InaccessibleObjectException | SecurityException e) {
      unjudged.add(member + ", which is not open");
      return false;
    }
    unjudged.add(member + ", which is not open");
    return false;
  }

  // --- functions

  private static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.getName().contains("$$Lambda");
  }

  /** What a function has captured, and the method that it is. */
  private void lambda(Object lambda) {
    Class<?> type = lambda.getClass();
    String host = type.getName().substring(0, type.getName().indexOf("$$Lambda"));
    Class<?> maker = load(host.replace('.', '/'), type);
    if (maker == null) {
      return;
    }
    boolean isOwn = Origin.of(maker) == Origin.OWN;
    Optional<SerializedLambda> form = Captured.of(lambda);
    String what = "what a function of class '" + host + "' has captured";
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
        value(field, lambda).ifPresent(value -> meet(value, what, isOwn));
      }
    }
    boolean isNumber = lambda instanceof DoubleSupplier;
    if (form.isPresent()) {
      SerializedLambda of = form.get();
      Member method =
          new Member(of.getImplClass(), of.getImplMethodName(), of.getImplMethodSignature());
      boolean isVirtual =
          of.getImplMethodKind() == java.lang.invoke.MethodHandleInfo.REF_invokeVirtual
              || of.getImplMethodKind() == java.lang.invoke.MethodHandleInfo.REF_invokeInterface;
      function(maker, new Call(method, isVirtual), isNumber);
    } else if (isOwn) {
      candidates(maker, type).forEach(each -> function(maker, each, isNumber));
    }
  }

  /**
   * A function that somebody may call. One that gives a number is called by code that is followed,
   * or it is asked for the number at each replay, which so is none that must not change.
   */
  private void function(Class<?> maker, Call method, boolean isNumber) {
    if (isNumber && !asksForNumbers) {
      numbers.add(() -> call(maker, method));
    } else {
      call(maker, method);
    }
  }

  /** Whether a method asks such functions, of those that are not followed. */
  private static boolean asksForNumbers(Member method) {
    boolean isGiven = method.descriptor().contains("Ljava/util/function/DoubleSupplier;)");
    return method.owner().equals("java/util/function/DoubleSupplier")
        || isGiven && !method.owner().equals("org/ppl4j/Ppl");
  }

  /** The methods that a function of a type may be, of all that its class makes functions of. */
  private List<Call> candidates(Class<?> maker, Class<?> type) {
    StringBuilder made = new StringBuilder("(");
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        made.append(Type.getDescriptor(field.getType()));
      }
    }
    Set<String> forms = new HashSet<>();
    for (Class<?> each : type.getInterfaces()) {
      forms.add(made + ")" + Type.getDescriptor(each));
    }
    Optional<ClassCode> code = code(maker);
    return code.stream()
        .flatMap(each -> each.bodies().values().stream())
        .flatMap(body -> body.lambdas().stream())
        .filter(each -> forms.contains(each.type()))
        .map(Lambda::method)
        .toList();
  }

  // --- code

  private Optional<ClassCode> code(Class<?> type) {
    Optional<ClassCode> code = ClassCode.of(type);
    if (code.isEmpty()) {
      unjudged.add("the code of class '" + type.getName() + "'");
    }
    return code;
  }

  private @Nullable Class<?> load(String internalName, Class<?> from) {
    try {
      return Class.forName(internalName.replace('/', '.'), false, from.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      unjudged.add("the code of class '" + internalName.replace('/', '.') + "'");
      return null;
    }
  }

  /** An object of a class may be there: others may call what it has for them. */
  private void live(Class<?> type) {
    if (Origin.of(type) != Origin.OWN || !live.add(type)) {
      return;
    }
    Set<String> open = new HashSet<>();
    for (Class<?> each : supertypes(type)) {
      if (Origin.of(each) != Origin.OWN && each != AutoCloseable.class) { // no run closes it
        for (Method method : each.getDeclaredMethods()) {
          if (!Modifier.isStatic(method.getModifiers())
              && !Modifier.isPrivate(method.getModifiers())) {
            open.add(method.getName() + Type.getMethodDescriptor(method));
          }
        }
      }
    }
    for (Class<?> each : supertypes(type)) {
      if (Origin.of(each) == Origin.OWN) {
        code(each)
            .ifPresent(
                code ->
                    code.bodies().keySet().stream()
                        .filter(open::contains)
                        .forEach(key -> run(each, key)));
      }
    }
    List.copyOf(virtualCalls).stream()
        .filter(each -> each.owner().isAssignableFrom(type))
        .forEach(each -> resolved(type, each.name(), each.descriptor()));
  }

  private static Set<Class<?>> supertypes(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      all.add(each);
    }
    for (Class<?> each : List.copyOf(all)) {
      interfaces(each, all);
    }
    return all;
  }

  private static void interfaces(Class<?> type, Set<Class<?>> all) {
    for (Class<?> each : type.getInterfaces()) {
      all.add(each);
      interfaces(each, all);
    }
  }

  private void call(Class<?> from, Call call) {
    Member method = call.method();
    if (method.owner().startsWith("[")) {
      readsArrays |= BodyReader.ARRAYS.contains(method.owner()); // a copy of one
      return;
    }
    Class<?> owner = load(method.owner(), from);
    if (owner == null) {
      return;
    }
    if (Origin.of(owner) == Origin.OWN) {
      resolved(owner, method.name(), method.descriptor());
      if (call.isVirtual()) {
        VirtualCall virtual = new VirtualCall(owner, method.name(), method.descriptor());
        if (virtualCalls.add(virtual)) {
          List.copyOf(live).stream()
              .filter(owner::isAssignableFrom)
              .forEach(type -> resolved(type, method.name(), method.descriptor()));
        }
      }
    } else {
      if (!asksForNumbers && asksForNumbers(method)) {
        asksForNumbers = true;
        left.addAll(numbers);
      }
      judge(owner, method.name());
    }
  }

  private void judge(Class<?> owner, String method) {
    if (!Origin.isPure(owner, method)) {
      unjudged.add(
          owner.getName() + (method.equals("<init>") ? "" : "." + method) + ", which they call");
    }
  }

  /** The method that a class has by a name, of its own or of those above. */
  private void resolved(Class<?> type, String name, String descriptor) {
    String key = name + descriptor;
    for (Class<?> each : supertypes(type)) {
      if (Origin.of(each) == Origin.OWN) {
        Optional<ClassCode> code = code(each);
        if (code.isPresent() && code.get().bodies().containsKey(key)) {
          run(each, key);
          return;
        }
      } else if (declares(each, name, descriptor)) {
        judge(each, name);
        return;
      }
    }
  }

  private static boolean declares(Class<?> type, String name, String descriptor) {
    return Arrays.stream(type.getDeclaredMethods())
        .anyMatch(
            each ->
                each.getName().equals(name) && Type.getMethodDescriptor(each).equals(descriptor));
  }

  private void run(Class<?> owner, String key) {
    if (!run.add(new Written(owner, key))) {
      return;
    }
    if (run.size() > MOST_METHODS) {
      unjudged.add("more code than can be followed");
      return;
    }
    Body body = code(owner).map(code -> code.bodies().get(key)).orElse(null);
    if (body != null) {
      left.add(() -> follow(owner, body));
    }
  }

  private void follow(Class<?> owner, Body body) {
    body.unknown().forEach(unjudged::add);
    readsArrays |=
        body.readsArrays() || body.passed().stream().anyMatch(each -> reads(owner, each));
    for (Member member : body.reads()) {
      reads(member, load(member.owner(), owner));
    }
    for (String made : body.makes()) {
      Class<?> type = load(made, owner);
      if (type != null) {
        live(type);
      }
    }
    body.lambdas()
        .forEach(
            lambda -> function(owner, lambda.method(), lambda.type().endsWith("/DoubleSupplier;")));
    body.calls().forEach(call -> call(owner, call));
  }

  /** Whether a method that is given an array of numbers reads them, or may. */
  private boolean reads(Class<?> from, Member method) {
    if (method.owner().equals("org/ppl4j/Plate") && method.name().equals("take")
        || method.owner().equals("org/ppl4j/Ppl")
            && (method.name().equals("constant") || method.name().equals("observe"))) {
      return false; // tensors are made of them
    }
    Class<?> owner = method.owner().startsWith("[") ? null : load(method.owner(), from);
    return owner == null || Origin.of(owner) != Origin.OWN;
  }

  private void reads(Member member, @Nullable Class<?> owner) {
    Field field = owner == null ? null : field(owner, member.name());
    if (field == null || Origin.of(field.getDeclaringClass()) != Origin.OWN || !read.add(field)) {
      return;
    }
    if (Modifier.isStatic(field.getModifiers())) {
      field(field, null);
    } else {
      objects
          .asMap()
          .forEach(
              (type, all) -> {
                if (field.getDeclaringClass().isAssignableFrom(type)) {
                  all.forEach(object -> left.add(() -> field(field, object)));
                }
              });
    }
  }

  private static @Nullable Field field(Class<?> owner, String name) {
    for (Class<?> each : supertypes(owner)) {
      for (Field field : each.getDeclaredFields()) {
        if (field.getName().equals(name)) {
          return field;
        }
      }
    }
    return null;
  }
}
