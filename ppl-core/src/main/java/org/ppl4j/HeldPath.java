package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.around.Captured;

/** Names an object by the captured variables and the fields through which another holds it. */
final class HeldPath {

  private final Object sought;
  private final Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());

  private HeldPath(Object sought) {
    this.sought = sought;
  }

  /** Why something does not travel: what it holds, by name, and what is to be done. */
  static String words(@Nullable Object holder, ParcelWriter.Refusal refused) {
    Object object = refused.object();
    String path = new HeldPath(object).find(holder).orElse("");
    String where = path.isEmpty() ? name(holder) : path;
    return "%s cannot travel to another JVM, since it is %s".formatted(where, description(object));
  }

  private static String name(@Nullable Object holder) {
    return holder instanceof Program<?> program
        ? program.name()
        : "an object of " + (holder == null ? "null" : holder.getClass().getName());
  }

  private static String description(Object object) {
    String type = object.getClass().getName();
    if (object instanceof NDArray tensor) {
      return Tensors.isTensor(tensor) && Tensors.hasRun(tensor)
          ? "a tensor of a run; keep a copy by Tensors.detached"
          : "a tensor of shape %s; pass it with the data, or capture its numbers and call"
                  .formatted(tensor.getShape())
              + " p.constant on them";
    }
    if (object instanceof NDManager) {
      return "a manager of tensors; make one where it is needed";
    }
    if (object instanceof Executor || object instanceof Thread) {
      return "threads (%s), which belong to this JVM; leave them out".formatted(type);
    }
    if (object instanceof Closeable) {
      return "an open file or stream (%s); read it before, and pass what was read".formatted(type);
    }
    if (object instanceof AutoCloseable) {
      return "a %s, which owns memory of this JVM; capture the numbers that are needed of it"
          .formatted(type);
    }
    if (object.getClass().isHidden()) {
      return "a function of class %s whose interface is not Serializable; make it one that is"
          .formatted(type.substring(0, type.indexOf("$$")));
    }
    return "a %s, which is neither Serializable nor a record or data class; make it one"
        .formatted(type);
  }

  private Optional<String> find(@Nullable Object from) {
    if (from == sought) {
      return Optional.of("");
    }
    if (from == null || from instanceof String || from instanceof Class<?> || !met.add(from)) {
      return Optional.empty();
    }
    if (from instanceof Object[] elements) {
      return first(Arrays.asList(elements));
    }
    if (from instanceof Collection<?> elements) {
      return first(elements);
    }
    if (from instanceof Map<?, ?> map) {
      return first(map.keySet()).or(() -> first(map.values()));
    }
    if (from instanceof Optional<?> optional) {
      return find(optional.orElse(null));
    }
    if (from.getClass().isHidden()) {
      return Captured.of(from).flatMap(this::captured);
    }
    return from.getClass().isArray() ? Optional.empty() : fields(from);
  }

  private Optional<String> first(Collection<?> elements) {
    return elements.stream().flatMap(each -> find(each).stream()).findFirst();
  }

  private Optional<String> captured(SerializedLambda function) {
    String host = function.getCapturingClass().replace('/', '.');
    for (int i = 0; i < function.getCapturedArgCount(); i++) {
      Optional<String> path = find(function.getCapturedArg(i));
      if (path.isPresent()) {
        int number = i;
        String name =
            variable(function, i)
                .map(word -> "'" + word + "'")
                .orElseGet(() -> "variable " + (number + 1));
        return Optional.of(
            joined("%s, which a function of class %s has captured".formatted(name, host), path));
      }
    }
    return Optional.empty();
  }

  private Optional<String> fields(Object from) {
    for (Class<?> type = from.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          Optional<String> path = value(field, from).flatMap(this::find);
          if (path.isPresent()) {
            return Optional.of(
                joined("field '%s' of %s".formatted(field.getName(), type.getName()), path));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String joined(String step, Optional<String> rest) {
    return rest.filter(words -> !words.isEmpty()).map(words -> words + ", in " + step).orElse(step);
  }

  private static Optional<Object> value(Field field, Object of) {
    try {
      return field.trySetAccessible() ? Optional.ofNullable(field.get(of)) : Optional.empty();
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      return Optional.empty();
    }
  }

  /** The name of a captured variable, if the class was compiled with names. */
  private static Optional<String> variable(SerializedLambda function, int number) {
    String file = "/" + function.getImplClass() + ".class";
    int slot = 0;
    for (int i = 0; i < number; i++) {
      slot +=
          function.getCapturedArg(i) instanceof Long || function.getCapturedArg(i) instanceof Double
              ? 2
              : 1;
    }
    int wanted = slot;
    String[] found = new String[1];
    try (InputStream in = HeldPath.class.getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      new ClassReader(in.readAllBytes())
          .accept(
              new ClassVisitor(Opcodes.ASM9) {
                @Override
                public @Nullable MethodVisitor visitMethod(
                    int access,
                    String name,
                    String descriptor,
                    @Nullable String signature,
                    String @Nullable [] exceptions) {
                  return name.equals(function.getImplMethodName())
                          && descriptor.equals(function.getImplMethodSignature())
                      ? new Names()
                      : null;
                }

                final class Names extends MethodVisitor {
                  Names() {
                    super(Opcodes.ASM9);
                  }

                  @Override
                  public void visitLocalVariable(
                      String name,
                      String type,
                      @Nullable String signature,
                      Label start,
                      Label end,
                      int index) {
                    if (index == wanted) {
                      found[0] = name;
                    }
                  }
                }
              },
              ClassReader.SKIP_FRAMES);
    } catch (IOException | IllegalArgumentException e) { // no class file that is known
      return Optional.empty();
    }
    return Optional.ofNullable(found[0]);
  }
}
