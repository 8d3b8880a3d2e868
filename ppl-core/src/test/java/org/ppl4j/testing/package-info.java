/** What tests of all modules share: case tables, laws, assertions on tensors, the leak check. */
@NullMarked
package org.ppl4j.testing;

import org.jspecify.annotations.NullMarked;
