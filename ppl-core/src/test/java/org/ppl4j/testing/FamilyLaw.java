package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a file names is of the version that it says: of a later one, which this release does not
 * know, the file is refused, in words that name the family and both versions; without one it is of
 * version 1, and read to the same bits.
 */
public final class FamilyLaw {

  private static final String TEXT = "family/";
  private static final String MODULES = "families";

  private final SortedSet<String> names = new TreeSet<>();
  private int judged;

  /**
   * A family where a file names it.
   *
   * @param text that does
   * @param module of which the text says it, if that is a text of modules
   */
  private record Named(String text, @Nullable String module, String family, int version) {

    /** The texts of a file, in which it is of another version; of none for 0. */
    void put(TensorFile.Builder file, String before, int other) {
      JsonObject modules = new JsonObject();
      if (module != null) {
        modules = JsonParser.parseString(before).getAsJsonObject();
        JsonObject families = modules.getAsJsonObject(module);
        families.remove(family);
        if (other > 0) {
          families.addProperty(family, other);
        }
      }
      if (module != null || other > 0) {
        file.put(text, module == null ? Integer.toString(other) : modules.toString());
      }
    }
  }

  private static List<Named> named(TensorFile file) {
    List<Named> all = new ArrayList<>();
    file.texts()
        .forEach(
            (text, value) -> {
              String last = text.substring(text.lastIndexOf('/') + 1);
              if (text.endsWith(TEXT + last)) {
                all.add(new Named(text, null, last, Integer.parseInt(value)));
              } else if (last.equals(MODULES)) {
                JsonObject modules = JsonParser.parseString(value).getAsJsonObject();
                for (String module : modules.keySet()) {
                  modules
                      .getAsJsonObject(module)
                      .asMap()
                      .forEach(
                          (family, version) ->
                              all.add(new Named(text, module, family, version.getAsInt())));
                }
              }
            });
    return all;
  }

  private static Path changed(Path path, Named named, int version) {
    TensorFile file = TensorFile.read(path);
    TensorFile.Builder changed = TensorFile.builder();
    file.entries()
        .forEach(
            (name, tensor) -> changed.put(name, tensor.type(), tensor.shape(), tensor.values()));
    file.texts()
        .forEach(
            (text, value) -> {
              if (text.equals(named.text)) {
                named.put(changed, value, version);
              } else {
                changed.put(text, value);
              }
            });
    Path other = path.resolveSibling("changed");
    changed.write(other);
    return other;
  }

  /**
   * Judges all that a file names, each family where it is named first.
   *
   * @param load reads a file, and gives what it stands for
   */
  public void check(Path file, Function<Path, double[]> load) {
    double[] expected = load.apply(file);
    Set<String> seen = new HashSet<>();
    for (Named named : named(TensorFile.read(file))) {
      if (!seen.add(named.family)) {
        continue;
      }
      String what = "'%s' of version ".formatted(named.family);
      int version = named.version;
      assertThatThrownBy(() -> load.apply(changed(file, named, version + 1)))
          .as(named.text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "was saved with "
                  + what
                  + "%s, but here it is of version %s; save it again with"
                      .formatted(version + 1, version)
                  + " this release, or update PPL4J to the one that saved it");
      Path old = changed(file, named, 0);
      if (version == 1) {
        assertThat(load.apply(old)).as("%s without %s", file, named).containsExactly(expected);
      } else {
        assertThatThrownBy(() -> load.apply(old))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(
                "was saved with "
                    + what
                    + "1, but here it is of version %s, which makes something else"
                        .formatted(version));
      }
      names.add(named.family);
      judged += 2;
    }
  }

  /** The families that were named. */
  public SortedSet<String> names() {
    return names;
  }

  /** How many changed files were judged. */
  public int judged() {
    return judged;
  }
}
