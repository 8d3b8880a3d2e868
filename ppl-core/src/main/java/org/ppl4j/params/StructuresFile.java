package org.ppl4j.params;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Which tensors each module has, in a file. Texts: {@code modules}, a JSON object with the names of
 * each module's tensors; {@code versions}, one with the version of what each of a module's tensors
 * stands for, by its name, where it is not 1; not in files of before there were any.
 */
final class StructuresFile {

  private static final String MODULES = "modules";
  private static final String VERSIONS = "versions";

  private StructuresFile() {}

  static void write(ModuleStructures structures, TensorFile.Builder file) {
    JsonObject modules = new JsonObject();
    JsonObject versions = new JsonObject();
    structures
        .all()
        .forEach(
            (module, tensors) -> {
              JsonArray names = new JsonArray();
              JsonObject raised = new JsonObject();
              tensors.forEach(
                  (name, version) -> {
                    names.add(name);
                    if (version != 1) {
                      raised.addProperty(name, version);
                    }
                  });
              modules.add(module, names);
              if (!raised.isEmpty()) {
                versions.add(module, raised);
              }
            });
    file.put(MODULES, modules.toString());
    file.put(VERSIONS, versions.toString());
  }

  /** The tensors of each module, with their versions. */
  static ImmutableMap<String, ImmutableMap<String, Integer>> read(FileTexts texts) {
    JsonObject modules = texts.json(MODULES, JsonElement::getAsJsonObject, "object");
    JsonObject versions =
        texts.has(VERSIONS)
            ? texts.json(VERSIONS, JsonElement::getAsJsonObject, "object")
            : new JsonObject();
    for (String module : versions.keySet()) {
      if (!modules.has(module)) {
        throw texts.bad("has versions of module '%s', which it does not have", module);
      }
    }
    ImmutableMap.Builder<String, ImmutableMap<String, Integer>> all = ImmutableMap.builder();
    for (Map.Entry<String, JsonElement> entry : modules.entrySet()) {
      Map<String, Integer> tensors = new LinkedHashMap<>();
      try {
        entry.getValue().getAsJsonArray().forEach(name -> tensors.put(name.getAsString(), 1));
      } catch (IllegalStateException | UnsupportedOperationException e) {
        throw texts.bad(
            "describes module '%s' by '%s', which is no list of names",
            entry.getKey(), entry.getValue());
      }
      JsonElement raised = versions.get(entry.getKey());
      if (raised != null && !isRaised(tensors, raised)) {
        throw texts.bad(
            "has versions '%s' of module '%s', which are no numbers above 1 of its tensors %s",
            raised, entry.getKey(), tensors.keySet());
      }
      all.put(entry.getKey(), ImmutableMap.copyOf(tensors));
    }
    return all.buildOrThrow();
  }

  /** Sets the versions that a file has of tensors; false if they are no versions of these. */
  private static boolean isRaised(Map<String, Integer> tensors, JsonElement versions) {
    try {
      boolean isRaised = true;
      for (Map.Entry<String, JsonElement> entry : versions.getAsJsonObject().entrySet()) {
        int version = entry.getValue().getAsInt();
        isRaised &= version > 1 && tensors.replace(entry.getKey(), version) != null;
      }
      return isRaised;
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
      return false;
    }
  }
}
