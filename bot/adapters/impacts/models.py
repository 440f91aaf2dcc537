"""Names that EcoLogits does not list as they are written: explicit aliases, and models it has left out.

An alias is only ever written here by hand; nothing is guessed from a likeness of names, which once turned
one maker's smallest model into another. Parameters are in billions, (total, active).
"""

from __future__ import annotations

PROVIDERS = {
    "mistral": "mistralai",
    "mistral_ai": "mistralai",
    "google": "google_genai",
    "gemini": "google_genai",
    "azure": "openai",
    "azure_openai": "openai",
    "huggingface": "huggingface_hub",
}

ALIASES = {
    ("mistralai", "mistral-small"): "mistral-small-latest",
    ("mistralai", "mistral-large"): "mistral-large-latest",
    ("mistralai", "ministral-3b"): "ministral-3b-latest",
    ("mistralai", "ministral-8b"): "ministral-8b-latest",
    ("mistralai", "ministral-14b"): "ministral-14b-latest",
    ("mistralai", "codestral"): "codestral-latest",
    ("google_genai", "models/gemini-2.5-flash"): "gemini-2.5-flash",
    ("google_genai", "models/gemini-2.5-pro"): "gemini-2.5-pro",
}

# As their makers published them with the weights (Mistral AI's model cards, 2023 to 2025).
UNLISTED = {
    ("mistralai", "mistral-large-2407"): (123.0, 123.0),
    ("mistralai", "mistral-large-2411"): (123.0, 123.0),
    ("mistralai", "mistral-small-2501"): (24.0, 24.0),
    ("mistralai", "mistral-small-2503"): (24.0, 24.0),
    ("mistralai", "mistral-small-2506"): (24.0, 24.0),
    ("mistralai", "open-mistral-7b"): (7.3, 7.3),
    ("mistralai", "open-mistral-nemo"): (12.2, 12.2),
    ("mistralai", "open-mixtral-8x7b"): (46.7, 12.9),
    ("mistralai", "open-mixtral-8x22b"): (140.6, 39.1),
}
