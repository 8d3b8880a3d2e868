package org.ppl4j.params;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.FileTexts;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What the modules of a store are, in a file. Texts: {@code modules}, a JSON object with the names
 * of each module's tensors; {@code families}, one with the version of each family that makes
 * something of them, by its name; in its place files of before have {@code versions}, one with the
 * versions of tensors where they are above 1, or none.
 */
final class StructuresFile {

  private static final String MODULES = "modules";
  private static final String FAMILIES = "families";
  private static final String VERSIONS = "versions";

  private StructuresFile() {}

  static void write(ModuleStructures structures, TensorFile.Builder file) {
    JsonObject modules = new JsonObject();
    JsonObject families = new JsonObject();
    JsonObject versions = new JsonObject();
    structures
        .all()
        .forEach(
            (module, structure) -> {
              JsonArray names = new JsonArray();
              structure.tensors().forEach(names::add);
              modules.add(module, names);
              if (structure.isOfBefore()) {
                versions.add(module, object(structure.versions()));
              } else {
                families.add(module, object(structure.families()));
              }
            });
    file.put(MODULES, modules.toString());
    file.put(FAMILIES, families.toString());
    file.put(VERSIONS, versions.toString());
  }

  private static JsonObject object(Map<String, Integer> versions) {
    JsonObject object = new JsonObject();
    versions.forEach(object::addProperty);
    return object;
  }

  /** What each module is. */
  static ImmutableMap<String, ModuleStructure> read(FileTexts texts) {
    JsonObject modules = texts.json(MODULES, JsonElement::getAsJsonObject, "object");
    JsonObject families = ofModules(texts, FAMILIES, modules);
    JsonObject versions = ofModules(texts, VERSIONS, modules);
    ImmutableMap.Builder<String, ModuleStructure> all = ImmutableMap.builder();
    modules
        .asMap()
        .forEach(
            (module, tensors) -> {
              ImmutableSet<String> names = names(texts, module, tensors);
              all.put(
                  module,
                  new ModuleStructure(
                      names,
                      versions(texts, FAMILIES, module, families.get(module), 1, null),
                      versions(texts, VERSIONS, module, versions.get(module), 2, names)));
            });
    return all.buildOrThrow();
  }

  /** What a text says of some of the modules; of none if there is no such text. */
  private static JsonObject ofModules(FileTexts texts, String name, JsonObject modules) {
    if (!texts.has(name)) {
      return new JsonObject();
    }
    JsonObject all = texts.json(name, JsonElement::getAsJsonObject, "object");
    for (String module : all.keySet()) {
      if (!modules.has(module)) {
        throw texts.bad("has %s of module '%s', which it does not have", name, module);
      }
    }
    return all;
  }

  private static ImmutableSet<String> names(FileTexts texts, String module, JsonElement tensors) {
    Set<String> names = new LinkedHashSet<>();
    try {
      tensors.getAsJsonArray().forEach(name -> names.add(name.getAsString()));
    } catch (IllegalStateException | UnsupportedOperationException e) {
      throw texts.bad("describes module '%s' by '%s', which is no list of names", module, tensors);
    }
    return ImmutableSet.copyOf(names);
  }

  /**
   * The versions of some things by their names.
   *
   * @param text that says them
   * @param least they can be
   * @param names that there are; null if they can be any
   */
  private static ImmutableMap<String, Integer> versions(
      FileTexts texts,
      String text,
      String module,
      @Nullable JsonElement versions,
      int least,
      @Nullable ImmutableSet<String> names) {
    if (versions == null) {
      return ImmutableMap.of();
    }
    ImmutableMap.Builder<String, Integer> all = ImmutableMap.builder();
    boolean isGood = true;
    try {
      for (Map.Entry<String, JsonElement> entry : versions.getAsJsonObject().entrySet()) {
        int version = entry.getValue().getAsInt();
        isGood &= version >= least && (names == null || names.contains(entry.getKey()));
        all.put(entry.getKey(), version);
      }
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
      isGood = false;
    }
    if (!isGood) {
      throw texts.bad(
          "has %s '%s' of module '%s', which are no numbers from %s%s",
          text, versions, module, least, names == null ? "" : " of its tensors " + names);
    }
    return all.buildOrThrow();
  }
}
