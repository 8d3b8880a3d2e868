package org.ppl4j.examples.launcher;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * An option that an example has beside those of all: {@code --batch N}. {@link
 * ExampleOptions#get(ExampleOption)} is its value.
 *
 * @param <T> what its value is
 */
public final class ExampleOption<T> {

  private final String name;
  private final String label;
  private final String description;
  private final Function<String, T> reader;

  private ExampleOption(String name, String label, String description, Function<String, T> reader) {
    this.name = name;
    this.label = label;
    this.description = description;
    this.reader = reader;
  }

  /** A whole number of at least so much. */
  public static ExampleOption<Integer> number(String name, String description, int least) {
    return number(name, description, least, Integer.MAX_VALUE);
  }

  /** A whole number in this range. */
  public static ExampleOption<Integer> number(
      String name, String description, int least, int most) {
    return new ExampleOption<>(
        name, "N", description, text -> checked(name, whole(name, text), least, most));
  }

  /** One of these values, by its {@code toString}. */
  public static <T> ExampleOption<T> oneOf(
      String name, String description, ImmutableList<T> values) {
    return new ExampleOption<>(
        name,
        Ascii.toUpperCase(name),
        description,
        text -> Words.named(name, text, values, Object::toString));
  }

  /** A text. */
  public static ExampleOption<String> text(String name, String label, String description) {
    return new ExampleOption<>(name, label, description, text -> text);
  }

  /** A file. */
  public static ExampleOption<Path> file(String name, String description) {
    return new ExampleOption<>(name, "FILE", description, Path::of);
  }

  private static int whole(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new MisuseException(
          "option '--" + name + "' is '" + text + "', but must be a whole number");
    }
  }

  /**
   * A number, if it is in a range.
   *
   * @throws MisuseException if it is not
   */
  static int checked(String name, int value, int least, int most) {
    if (value < least || value > most) {
      String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new MisuseException("option '--" + name + "' is " + value + ", but must be " + range);
    }
    return value;
  }

  /** Its name, without the dashes. */
  public String name() {
    return name;
  }

  /** What stands for its value in the help. */
  String label() {
    return label;
  }

  String description() {
    return description;
  }

  /**
   * The value that a text says.
   *
   * @throws MisuseException if there is no such value
   */
  T read(String text) {
    return reader.apply(text);
  }

  /** A text that says a value; otherwise as {@link #read}. */
  String checked(String text) {
    requireNonNull(read(text), name);
    return text;
  }
}
