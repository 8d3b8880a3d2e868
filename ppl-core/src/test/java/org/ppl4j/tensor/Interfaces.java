package org.ppl4j.tensor;

import static java.util.stream.Collectors.joining;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What each method of DJL's interfaces is on a tensor of a run: {@code interfaces.txt}. */
final class Interfaces {

  private Interfaces() {}

  /** The lines, in order. */
  static List<String> decided() {
    try {
      return Resources.readLines(
          Resources.getResource(Interfaces.class, "interfaces.txt"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A method as a line names it, such as {@code NDArray.get(NDManager, long[])}. */
  static String row(Class<?> type, Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(joining(", ", type.getSimpleName() + "." + method.getName() + "(", ")"));
  }
}
