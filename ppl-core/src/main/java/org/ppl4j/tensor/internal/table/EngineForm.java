package org.ppl4j.tensor.internal.table;

import static com.google.common.base.CaseFormat.LOWER_UNDERSCORE;
import static com.google.common.base.CaseFormat.UPPER_CAMEL;

import org.jspecify.annotations.Nullable;

/**
 * What the engine has for a row.
 *
 * @param function its function of tensors; null if it takes more
 * @param own the name of that function outside of scripts, if it has one there
 * @param parameters of a script, with their types
 * @param script what it gives of these: an expression, or lines with one
 */
public record EngineForm(@Nullable String function, String own, String parameters, String script) {

  static EngineForm function(String name) {
    return function(name, LOWER_UNDERSCORE.to(UPPER_CAMEL, name));
  }

  static EngineForm function(String name, String own) {
    return new EngineForm("torch." + name, "torch" + own, "", "");
  }

  static EngineForm script(String parameters, String script) {
    return new EngineForm(null, "", parameters, script);
  }
}
