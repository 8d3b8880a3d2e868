package org.ppl4j.params;

import static com.google.common.base.Strings.lenientFormat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.file.Family;

/**
 * What a store knows of a module.
 *
 * @param tensors their names
 * @param families the version of each that makes something of their numbers; of version 1 where a
 *     file does not name it
 * @param versions of tensors, where above 1: what files had before they named families, each by how
 *     much its families were raised
 */
record ModuleStructure(
    ImmutableSet<String> tensors,
    ImmutableMap<String, Integer> families,
    ImmutableMap<String, Integer> versions) {

  static ModuleStructure of(List<TensorSpec> specs) {
    ImmutableSet.Builder<String> tensors = ImmutableSet.builder();
    Map<String, Integer> families = new LinkedHashMap<>();
    ImmutableMap.Builder<String, Integer> versions = ImmutableMap.builder();
    for (TensorSpec spec : specs) {
      tensors.add(spec.name());
      int version = 1;
      for (Family family : spec.families()) {
        families.put(family.name(), family.version()); // one release has one version
        version += family.version() - 1;
      }
      if (version > 1) {
        versions.put(spec.name(), version);
      }
    }
    return new ModuleStructure(
        tensors.build(), ImmutableMap.copyOf(families), versions.buildKeepingLast());
  }

  /** Whether it is of a file that had versions of tensors. */
  boolean isOfBefore() {
    return families.isEmpty() && !versions.isEmpty();
  }

  /**
   * Compares this, which was saved or was there first, with a module.
   *
   * @throws IllegalArgumentException if that has other tensors, or families of other versions
   */
  void check(String module, ModuleStructure here) {
    if (!tensors.equals(here.tensors)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "module '%s' is not the one whose tensors the store has under this name: it lacks"
                  + " %s, and has %s besides; use the module that made them, or another name",
              module,
              Sets.difference(here.tensors, tensors),
              Sets.difference(tensors, here.tensors)));
    }
    String subject = "module '" + module + "'";
    if (isOfBefore()) {
      tensors.forEach(
          name ->
              new Family("tensor " + name, here.versions.getOrDefault(name, 1))
                  .check(subject, versions.getOrDefault(name, 1)));
      return;
    }
    here.families.forEach(
        (name, version) ->
            new Family(name, version).check(subject, families.getOrDefault(name, 1)));
    families.forEach(
        (name, version) -> {
          if (version > 1 && !here.families.containsKey(name)) {
            throw new IllegalArgumentException(
                lenientFormat(
                    "%s was saved with '%s' of version %s, but here it has no '%s'; use the module"
                        + " that made it, or update PPL4J to the release that saved it",
                    subject, name, version, name));
          }
        });
  }
}
