package org.ppl4j.params;

import static com.google.common.base.Strings.lenientFormat;
import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ppl4j.nn.TensorSpec;

/**
 * Which tensors each module of a store has, so that another module under its name, such as a flow
 * of more layers than the file that was loaded, is an error and not a new start of a part.
 */
final class ModuleStructures {

  private final Map<String, ImmutableSet<String>> modules = new ConcurrentHashMap<>();

  /**
   * Notes what tensors a module has, or compares them with what was noted.
   *
   * @throws IllegalArgumentException if the store has others under its name
   */
  void check(String module, List<TensorSpec> specs) {
    ImmutableSet<String> known = modules.get(module);
    if (known != null && isSame(known, specs)) {
      return;
    }
    ImmutableSet<String> names = specs.stream().map(TensorSpec::name).collect(toImmutableSet());
    known = modules.putIfAbsent(module, names);
    if (known != null && !known.equals(names)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "module '%s' is not the one whose tensors the store has under this name: it lacks"
                  + " %s, and has %s besides; use the module that made them, or another name",
              module, Sets.difference(names, known), Sets.difference(known, names)));
    }
  }

  private static boolean isSame(ImmutableSet<String> known, List<TensorSpec> specs) {
    if (known.size() != specs.size()) {
      return false;
    }
    Iterator<String> names = known.iterator();
    for (TensorSpec spec : specs) {
      if (!spec.name().equals(names.next())) {
        return false;
      }
    }
    return true;
  }

  /** The names of the tensors of each module, by its name. */
  ImmutableSortedMap<String, ImmutableSet<String>> all() {
    return ImmutableSortedMap.copyOf(modules);
  }

  /** Notes what a file has, for modules that are not known. */
  void load(Map<String, ImmutableSet<String>> saved) {
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
