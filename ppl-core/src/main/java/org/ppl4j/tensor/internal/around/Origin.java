package org.ppl4j.tensor.internal.around;

import com.google.common.collect.ImmutableSet;
import java.security.CodeSource;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose a class is, and so whether its code is followed, trusted or neither. */
enum Origin {
  /** A program's own, or of a library that it uses: its code is followed. */
  OWN,
  /** This library's, DJL's, Guava's: what it gives depends on what it is given. */
  TRUSTED,
  /** Java's own: trusted where it is known to do the same. */
  JAVA;

  private static final Pattern LIBRARY =
      Pattern.compile(
          "org[.]ppl4j([.](constraints|distributions|flows|handlers|infer|internal|nn|ode|params|spark|tensor"
              + "|transforms)([.].*)?)?");

  private static final Pattern OTHERS =
      Pattern.compile("(ai[.]djl|com[.]google[.]common|org[.]apache[.]spark|org[.]slf4j)([.].*)?");

  /**
   * What the compiler of Kotlin puts around a program's code: checks of nulls, errors in closing.
   */
  private static final ImmutableSet<String> KOTLIN =
      ImmutableSet.of("kotlin.jvm.internal.Intrinsics", "kotlin.ExceptionsKt");

  /** Classes of this library that count: what they say is another from step to step. */
  private static final ImmutableSet<String> COUNTING = ImmutableSet.of("org.ppl4j.infer.svi.Svi");

  private static final Pattern PURE =
      Pattern.compile(
          "java[.](lang[.](Math|StrictMath|Object|Enum|Record|Iterable|Comparable|CharSequence"
              + "|String|StringBuilder|StringBuffer|Number|Byte|Short|Integer|Long|Float|Double"
              + "|Boolean|Character|Void|Cloneable|AutoCloseable|Runnable|Throwable"
              + "|[A-Za-z]*(Exception|Error))"
              + "|io[.](PrintStream|Serializable|Closeable|[A-Za-z]*Exception)"
              + "|math[.].*|text[.].*|time[.](?!Clock|InstantSource).*"
              + "|nio[.]([A-Za-z]*Buffer|ByteOrder|charset[.].*)"
              + "|util[.]((function|stream|regex)[.].*"
              + "|concurrent[.](atomic[.].*|Callable|TimeUnit"
              + "|(Concurrent|CopyOnWrite)[A-Za-z]*(Map|Set|List|Queue|Deque))"
              + "|Array.*|Abstract.*|.*Map(\\$Entry)?|.*Set|.*List|.*Collections?|.*Deque|.*Queue"
              + "|.*Iterator(\\$.*)?|Optional.*|Objects|Comparator|Stack|Vector|StringJoiner"
              + "|StringTokenizer|Bit.*|.*SummaryStatistics|Spliterators?|Base64.*|Locale"
              + "|Formatter|HexFormat|UUID|[A-Za-z]*Exception))(\\$.*)?");

  /** What those have that is another each time, and what others have that is not. */
  private static final ImmutableSet<String> IMPURE =
      ImmutableSet.of(
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.lang.Integer.getInteger",
          "java.lang.Long.getLong",
          "java.lang.Boolean.getBoolean",
          "java.util.Collections.shuffle",
          "java.util.Locale.getDefault",
          "java.util.UUID.randomUUID");

  private static final ImmutableSet<String> PURE_METHODS =
      ImmutableSet.of(
          "java.lang.System.arraycopy",
          "java.lang.System.lineSeparator",
          "java.lang.Class.cast",
          "java.lang.Class.getName",
          "java.lang.Class.getSimpleName",
          "java.lang.Class.isInstance",
          "java.lang.Class.desiredAssertionStatus",
          "java.lang.Class.getEnumConstants",
          "java.util.Random.<init>",
          "java.util.SplittableRandom.<init>");

  /** That of a class. */
  static Origin of(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    if (type.isArray() || loader == null || loader == ClassLoader.getPlatformClassLoader()) {
      return JAVA;
    }
    boolean isTrusted =
        OTHERS.matcher(type.getPackageName()).matches() || KOTLIN.contains(type.getName());
    return isTrusted || isLibrary(type) ? TRUSTED : OWN;
  }

  /** Whether it lies in a package of the library, and where that does: no test's. */
  private static boolean isLibrary(Class<?> type) {
    String name = type.getPackageName();
    if (!LIBRARY.matcher(name).matches()) {
      return false;
    }
    try {
      Class<?> info = Class.forName(name + ".package-info", false, type.getClassLoader());
      return Objects.equals(place(info), place(type));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static @Nullable Object place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }

  /** Whether a method of a class that is not followed gives the same for the same. */
  static boolean isPure(Class<?> type, String method) {
    String top = type.getName();
    if (of(type) == TRUSTED) {
      return COUNTING.stream().noneMatch(each -> top.equals(each) || top.startsWith(each + "$"));
    }
    String name = top + "." + method;
    boolean isClock = top.startsWith("java.time.") && method.equals("now");
    return PURE_METHODS.contains(name)
        || type.isArray()
        || PURE.matcher(top).matches() && !IMPURE.contains(name) && !isClock;
  }

  /** Whether an object of Java's own never changes. */
  static boolean isFixed(Object value) {
    String name = value.getClass().getName();
    return isValue(value)
        || value instanceof Class<?>
        || value instanceof java.io.File
        || value instanceof java.nio.file.Path
        || value instanceof java.util.regex.Pattern
        || name.startsWith("java.time.") && !(value instanceof java.time.Clock)
        || value instanceof java.util.Locale
        || value instanceof java.util.UUID
        || value instanceof java.net.URI
        || value.getClass() == Object.class;
  }

  /** Whether it is told from others by what it is equal to. */
  static boolean isValue(@Nullable Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Number number && Surroundings.isFixed(number);
  }
}
