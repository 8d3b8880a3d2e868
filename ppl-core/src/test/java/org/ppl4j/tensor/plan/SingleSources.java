package org.ppl4j.tensor.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes loops over arrays of single precision, below {@code src/generated/java}, from those of
 * double precision: each is the same text with other types. To write them anew: {@value #COMMAND},
 * at the root.
 */
final class SingleSources {

  static final String COMMAND = "mvn exec:exec@singles -pl ppl-core";

  /** Relative to the folder of the module. */
  static final Path FOLDER = Path.of("src/generated/java/org/ppl4j/tensor/plan");

  private static final Path SOURCES = Path.of("src/main/java/org/ppl4j/tensor/plan");

  /** Where all arrays are doubles, in order. */
  private static final List<Rule> OF_DOUBLES =
      List.of(
          new Rule("Double.doubleToRawLongBits", "Float.floatToRawIntBits"),
          new Rule("Double.longBitsToDouble", "Float.intBitsToFloat"),
          new Rule("\\bDouble\\b", "Float"),
          new Rule("\\bdouble\\b", "float"),
          new Rule("\\blong (?=\\w+( =|\\())", "int "),
          new Rule(">> 63", ">> 31"),
          new Rule(
              "= ((Math\\.(exp|log|sqrt)|Elementary\\.\\w+|Functions\\.of)\\()", "= (float) $1"));

  /** Where floats become doubles: the other way. */
  private static final List<Rule> OF_BOTH =
      List.of(
          new Rule("\\bdouble\\[\\]", "doubles"),
          new Rule("\\bfloat\\[\\]", "double[]"),
          new Rule("\\bdoubles\\b(?!\\()", "float[]"),
          new Rule("store\\.single\\(source\\.buffer\\(\\)\\)", "SOURCE"),
          new Rule(
              "store\\.doubles\\(\\)\\[i\\.to\\(\\)\\.buffer\\(\\)\\]",
              "store.single(i.to().buffer())"),
          new Rule("SOURCE", "store.doubles()[source.buffer()]"),
          new Rule("(\\] \\+?= )(a\\[)", "$1(float) $2"),
          new Rule("Copies\\.fill\\((.*), a\\[", "SingleCopies.fill($1, (float) a["),
          new Rule("double precision", "single precision"));

  private record Rule(String pattern, String text) {}

  private SingleSources() {}

  /** Writes all files anew. */
  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
    }
  }

  /** The text of each file, by its name. */
  static Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (String name : List.of("Copies")) {
      files.put("Single" + name + ".java", source(name, "Single" + name, OF_DOUBLES));
    }
    files.put("Rounding.java", source("Widening", "Rounding", OF_BOTH));
    return files;
  }

  private static String source(String from, String to, List<Rule> rules) throws IOException {
    String text = Files.readString(SOURCES.resolve(from + ".java"));
    for (Rule rule : rules) {
      text = Pattern.compile(rule.pattern()).matcher(text).replaceAll(rule.text());
    }
    return "// Written by %s of %s; to write it anew: %s\n%s"
        .formatted(
            SingleSources.class.getSimpleName(),
            from,
            COMMAND,
            text.replaceAll("\\b" + from + "\\b", Matcher.quoteReplacement(to)));
  }
}
