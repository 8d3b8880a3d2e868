package org.ppl4j.params;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.file.Family;

/**
 * Which tensors each module of a store has, and what makes something of them, so that another
 * module under its name, such as a flow of more layers than the file that was loaded, is an error
 * and not a new start of a part.
 */
final class ModuleStructures {

  /** What was used, or else what a file has. */
  private final Map<String, ModuleStructure> modules = new ConcurrentHashMap<>();

  /** The tensors of what was used, to see at once that a module is the same. */
  private final Map<String, ImmutableList<Tensor>> used = new ConcurrentHashMap<>();

  private record Tensor(String name, ImmutableList<Family> families) {}

  /**
   * Notes what tensors a module has, or compares them with what was noted.
   *
   * @throws IllegalArgumentException if the store has others under its name, or of families of
   *     other versions
   */
  void check(String module, List<TensorSpec> specs) {
    if (isSame(used.get(module), specs)) {
      return;
    }
    ModuleStructure here = ModuleStructure.of(specs);
    ModuleStructure known = modules.putIfAbsent(module, here);
    if (known != null) {
      known.check(module, here);
      modules.put(module, here);
    }
    used.put(
        module,
        specs.stream()
            .map(spec -> new Tensor(spec.name(), spec.families()))
            .collect(ImmutableList.toImmutableList()));
  }

  /**
   * Compares what a file has of a module with what was noted, if anything was.
   *
   * @throws IllegalArgumentException if it is another
   */
  void check(String module, ModuleStructure saved) {
    ModuleStructure here = modules.get(module);
    if (here != null) {
      saved.check(module, here);
    }
  }

  private static boolean isSame(@Nullable ImmutableList<Tensor> known, List<TensorSpec> specs) {
    if (known == null || known.size() != specs.size()) {
      return false;
    }
    for (int i = 0; i < known.size(); i++) {
      Tensor tensor = known.get(i);
      TensorSpec spec = specs.get(i);
      if (!tensor.name.equals(spec.name()) || !tensor.families.equals(spec.families())) {
        return false;
      }
    }
    return true;
  }

  /** What is known of each module, by its name. */
  ImmutableSortedMap<String, ModuleStructure> all() {
    return ImmutableSortedMap.copyOf(modules);
  }

  /** Notes what a file has, for modules that are not known. */
  void load(Map<String, ModuleStructure> saved) {
    saved.forEach(modules::putIfAbsent);
  }

  /** Takes over another's, which then has none. */
  void take(ModuleStructures other) {
    modules.putAll(other.modules);
    used.putAll(other.used);
    other.close();
  }

  void close() {
    modules.clear();
    used.clear();
  }
}
