package org.ppl4j.params;

import static com.google.common.base.Strings.lenientFormat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ppl4j.nn.TensorSpec;

/**
 * Which tensors each module of a store has, and what version of their meaning, so that another
 * module under its name, such as a flow of more layers than the file that was loaded, is an error
 * and not a new start of a part.
 */
final class ModuleStructures {

  private final Map<String, ImmutableMap<String, Integer>> modules = new ConcurrentHashMap<>();

  /**
   * Notes what tensors a module has, or compares them with what was noted.
   *
   * @throws IllegalArgumentException if the store has others under its name, or of other versions
   */
  void check(String module, List<TensorSpec> specs) {
    ImmutableMap<String, Integer> known = modules.get(module);
    if (known != null && isSame(known, specs)) {
      return;
    }
    ImmutableMap.Builder<String, Integer> versions = ImmutableMap.builder();
    specs.forEach(spec -> versions.put(spec.name(), spec.version()));
    ImmutableMap<String, Integer> here = versions.buildKeepingLast();
    known = modules.putIfAbsent(module, here);
    check(module, known == null ? here : known, here);
  }

  /**
   * Compares the tensors that a file has of a module with what was noted, if anything was.
   *
   * @throws IllegalArgumentException if they are others, or of other versions
   */
  void check(String module, ImmutableMap<String, Integer> saved) {
    check(module, saved, modules.getOrDefault(module, saved));
  }

  private static void check(
      String module, ImmutableMap<String, Integer> saved, ImmutableMap<String, Integer> here) {
    if (!saved.keySet().equals(here.keySet())) {
      throw new IllegalArgumentException(
          lenientFormat(
              "module '%s' is not the one whose tensors the store has under this name: it lacks"
                  + " %s, and has %s besides; use the module that made them, or another name",
              module,
              Sets.difference(here.keySet(), saved.keySet()),
              Sets.difference(saved.keySet(), here.keySet())));
    }
    here.forEach(
        (name, version) -> {
          if (!version.equals(saved.get(name))) {
            throw new IllegalArgumentException(
                lenientFormat(
                    "module '%s' has tensor '%s' of version %s, but the one that was saved is of"
                        + " version %s, by which its numbers make something else; train it anew,"
                        + " or read it with the release that saved it",
                    module, name, version, saved.get(name)));
          }
        });
  }

  private static boolean isSame(ImmutableMap<String, Integer> known, List<TensorSpec> specs) {
    if (known.size() != specs.size()) {
      return false;
    }
    Iterator<Map.Entry<String, Integer>> all = known.entrySet().iterator();
    for (TensorSpec spec : specs) {
      Map.Entry<String, Integer> next = all.next();
      if (!spec.name().equals(next.getKey()) || spec.version() != next.getValue()) {
        return false;
      }
    }
    return true;
  }

  /** The tensors of each module with their versions, by its name. */
  ImmutableSortedMap<String, ImmutableMap<String, Integer>> all() {
    return ImmutableSortedMap.copyOf(modules);
  }

  /** Notes what a file has, for modules that are not known. */
  void load(Map<String, ImmutableMap<String, Integer>> saved) {
    saved.forEach(modules::putIfAbsent);
  }

  /** Takes over another's, which then has none. */
  void take(ModuleStructures other) {
    modules.putAll(other.modules);
    other.modules.clear();
  }

  void close() {
    modules.clear();
  }
}
