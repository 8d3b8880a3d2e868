package org.ppl4j;

import static java.util.stream.Collectors.toSet;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How data of a class are taken apart and made again: of a record by its components and canonical
 * constructor; of any other class by a constructor that takes all of its fields, each of which can
 * be read. So are Scala's case classes and what Java compiles with the names of parameters, by
 * {@code x()}, {@code getX()} or {@code isX()}; and Kotlin's data classes, whose constructors have
 * no names, by {@code component1()} and so on.
 *
 * @param names of the parts, in the order of the constructor
 */
record DataParts(List<String> names, List<MethodHandle> readers, MethodHandle maker) {

  /** Those of a class; empty if it is none that can be taken apart. */
  static Optional<DataParts> of(Class<?> type) {
    if (type.isRecord()) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return Optional.of(
          opened(
              type,
              Arrays.stream(components).map(RecordComponent::getName).toList(),
              Arrays.stream(components).map(RecordComponent::getAccessor).toList(),
              () -> type.getDeclaredConstructor(types)));
    }
    return Arrays.stream(type.getConstructors())
        .filter(constructor -> constructor.getParameterCount() > 0)
        .flatMap(constructor -> ofConstructor(type, constructor))
        .findFirst();
  }

  private static Stream<DataParts> ofConstructor(Class<?> type, Constructor<?> constructor) {
    List<Field> fields = fields(type);
    Parameter[] parameters = constructor.getParameters();
    if (parameters.length != fields.size()) {
      return Stream.of();
    }
    boolean isNamed = Arrays.stream(parameters).allMatch(Parameter::isNamePresent);
    List<String> names =
        isNamed
            ? Arrays.stream(parameters).map(Parameter::getName).toList()
            : fields.stream().map(Field::getName).toList();
    if (!fields.stream().map(Field::getName).collect(toSet()).equals(new HashSet<>(names))) {
      return Stream.of();
    }
    List<Method> readers = new ArrayList<>();
    for (int i = 0; i < parameters.length; i++) {
      List<String> words = isNamed ? readersOf(names.get(i)) : List.of("component" + (i + 1));
      Class<?> wanted = parameters[i].getType();
      words.stream()
          .flatMap(word -> reader(type, word, wanted))
          .findFirst()
          .ifPresent(readers::add);
    }
    return readers.size() == parameters.length
        ? Stream.of(opened(type, names, readers, () -> constructor))
        : Stream.of();
  }

  private static List<String> readersOf(String name) {
    String rest = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return List.of(name, "get" + rest, "is" + rest);
  }

  private static Stream<Method> reader(Class<?> type, String name, Class<?> wanted) {
    return Arrays.stream(type.getMethods())
        .filter(
            method ->
                method.getName().equals(name)
                    && method.getParameterCount() == 0
                    && method.getReturnType() == wanted
                    && !Modifier.isStatic(method.getModifiers()));
  }

  /** What an object of the class holds, those of superclasses too. */
  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  private interface Maker {
    Constructor<?> find() throws ReflectiveOperationException;
  }

  private static DataParts opened(
      Class<?> type, List<String> names, List<Method> readers, Maker maker) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      List<MethodHandle> handles = new ArrayList<>();
      for (Method reader : readers) {
        open(reader, type);
        handles.add(lookup.unreflect(reader));
      }
      Constructor<?> constructor = maker.find();
      open(constructor, type);
      return new DataParts(
          names,
          handles,
          lookup.unreflectConstructor(constructor).asSpreader(Object[].class, handles.size()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "data of %s cannot be read; make the class public or implement Bindable"
              .formatted(type.getName()),
          e);
    }
  }

  private static void open(AccessibleObject member, Class<?> type) {
    if (!member.trySetAccessible()) {
      throw new IllegalArgumentException(
          "data of %s cannot be read from its module; open its package or implement Bindable"
              .formatted(type.getName()));
    }
  }

  /** The parts of an object. */
  @Nullable Object[] of(Object data) {
    @Nullable Object[] values = new Object[readers.size()];
    for (int i = 0; i < values.length; i++) {
      MethodHandle reader = readers.get(i);
      values[i] = called(data.getClass(), () -> reader.invoke(data));
    }
    return values;
  }

  /** An object of the class with other parts. */
  Object made(Class<?> type, @Nullable Object[] values) {
    return called(type, () -> maker.invoke(values));
  }

  private interface Call {
    Object get() throws Throwable;
  }

  private static Object called(Class<?> type, Call call) {
    try {
      return call.get();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalArgumentException(
          "data of %s cannot be rebuilt with tensors; implement Bindable".formatted(type.getName()),
          e);
    }
  }
}
