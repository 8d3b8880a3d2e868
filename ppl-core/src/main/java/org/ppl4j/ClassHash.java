package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import com.google.common.io.ByteSource;
import com.google.common.io.MoreFiles;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Tells by a hash whether the classes of a jar, or of a folder of classes, are the same on two
 * sides: of their names, sizes and checks, so that a jar and the folder that it was made of agree.
 */
final class ClassHash {

  /** Libraries of which the two sides may have different versions. */
  private static final Pattern OTHERS =
      Pattern.compile("(ai[.]djl|com[.]google|org[.]apache[.]spark|scala|org[.]slf4j)[.].*");

  private ClassHash() {}

  /**
   * Of the jars of classes, each under the first name in its alphabet; with that of this library.
   */
  static ImmutableSortedMap<String, String> ofJars(Set<Class<?>> classes) {
    Map<String, Class<?>> byName = new TreeMap<>();
    byName.put(Parcel.class.getName(), Parcel.class);
    for (Class<?> each : classes) {
      Class<?> type = each;
      while (type.isArray()) {
        type = type.getComponentType();
      }
      if (source(type) != null && !OTHERS.matcher(type.getName()).matches()) {
        byName.put(type.getName(), type);
      }
    }
    Set<String> places = new HashSet<>();
    ImmutableSortedMap.Builder<String, String> jars = ImmutableSortedMap.naturalOrder();
    byName.forEach(
        (name, type) -> {
          if (places.add(String.valueOf(source(type)))) {
            jars.put(name, of(type));
          }
        });
    return jars.buildOrThrow();
  }

  /**
   * That they are the same here.
   *
   * @throws IllegalStateException if not
   */
  static void check(Map<String, String> jars, ClassLoader loader) {
    jars.forEach(
        (name, theirs) -> {
          String ours = of(load(name, loader));
          checkState(
              ours.equals(theirs),
              "the jar of class %s has hash %s here, but %s where the work comes from; give both"
                  + " sides the same jars",
              name,
              ours,
              theirs);
        });
  }

  static IllegalStateException notFound(String name, Throwable cause) {
    return new IllegalStateException(
        "class %s is not on this side's class path; give both sides the same jars".formatted(name),
        cause);
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw notFound(name, e);
    }
  }

  private static @Nullable URL source(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }

  private static String of(Class<?> type) {
    try {
      Set<String> lines = lines(type);
      return Hashing.sha256()
          .hashString(String.join("\n", lines), UTF_8)
          .toString()
          .substring(0, 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> lines(Class<?> type) throws IOException {
    Path place = place(type);
    Set<String> lines = new TreeSet<>();
    if (place != null && Files.isDirectory(place)) {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : (Iterable<Path>) files.filter(ClassHash::isClass)::iterator) {
          String name = place.relativize(file).toString().replace('\\', '/');
          lines.add(line(name, MoreFiles.asByteSource(file)));
        }
      }
    } else if (place != null && Files.isRegularFile(place)) {
      try (ZipFile jar = new ZipFile(place.toFile())) {
        jar.stream()
            .filter(entry -> entry.getName().endsWith(".class"))
            .forEach(entry -> lines.add(line(entry.getName(), entry.getSize(), entry.getCrc())));
      }
    } else {
      String name = type.getName().replace('.', '/') + ".class";
      URL file = type.getResource("/" + name);
      if (file != null) {
        lines.add(line(name, Resources.asByteSource(file)));
      }
    }
    return lines;
  }

  private static boolean isClass(Path file) {
    return file.toString().endsWith(".class");
  }

  private static String line(String name, ByteSource file) throws IOException {
    return line(name, file.size(), file.hash(Hashing.crc32()).padToLong());
  }

  private static String line(String name, long size, long check) {
    return name + " " + size + " " + check;
  }

  private static @Nullable Path place(Class<?> type) {
    URL source = source(type);
    if (source == null || !source.getProtocol().equals("file")) {
      return null;
    }
    try {
      return Path.of(source.toURI());
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
