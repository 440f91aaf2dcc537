"""Sobria: a chat bot that lets the people of an association use AI responsibly.

1. `gateway.py` is the one road of an ask: the order of steps, top to bottom. Start there; `exchange.py` is its
   stretch between this machine and one model, `opinion.py` the model asked where the policy is unsure.
2. `core/` holds the words that it speaks (`ask`, `reply`, `review`, `ledger`, `model`, `policy/verdict`), pure.
3. `dispatch.py` says which command of `/ia` goes to which use case in `usecases/`, and who may.
4. `ports/` is what all of these need of the world; `adapters/` fills it, `wiring.py` picks who does.
5. `wording/` has every sentence that people read; `policing.py` puts the policy of `policies/` together.

Imports point one way: cli → demo → wiring → policing | settings_for_adapters → adapters | settings → dispatch
→ usecases → gateway → exchange | opinion → entries | lease → wording → ports → core → errors.
"""
