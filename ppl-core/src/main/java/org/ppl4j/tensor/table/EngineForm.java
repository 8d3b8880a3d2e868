package org.ppl4j.tensor.table;

import org.jspecify.annotations.Nullable;

/**
 * What the engine has for a row.
 *
 * @param function its function of tensors; null if it takes more
 * @param own the name of that function outside of scripts; null if it has none there
 * @param parameters of a script, with their types
 * @param script what it gives of these
 */
public record EngineForm(
    @Nullable String function, @Nullable String own, String parameters, String script) {

  static EngineForm function(String function, @Nullable String own) {
    return new EngineForm(function, own, "", "");
  }

  static EngineForm script(String parameters, String script) {
    return new EngineForm(null, null, parameters, script);
  }
}
