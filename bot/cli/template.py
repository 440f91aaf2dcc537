"""The commented file that `sobria init` writes."""

SETTINGS = """\
# Sobria: settings. A line that begins with # is a comment; what is commented out shows the default.
# Each setting can also come from the environment: SOBRIA_PORT, SOBRIA_STORE__URL, SOBRIA_SLACK__BOT_TOKEN …

language = "fr"                  # of new people: fr, en or nl
# host = "127.0.0.1"             # 0.0.0.0 behind a proxy that ends https
# port = 8080
# address = "https://ia.exemple.be"   # where people reach the console; links are made of it
# data = "data"                  # folder for the embedded model and other files
# policies = "policies"          # another policy than the shipped one
# policies_extra = "nos-regles"  # rules and lessons of your own, added to the shipped ones
# prompts = "prompts"            # another library than the shipped one
# factors = "facteurs.toml"      # your accountant's emission factors; see docs/carbon.md
# second_opinion = "essai"       # a model of [[models]] that is asked where the policy is unsure; none by default

[organisation]
name = "Notre association"
country = "BE"                   # BE, FR or LU: emergency numbers
timezone = "Europe/Brussels"
zone = "BEL"                     # where your electricity is made: BEL, FRA, LUX …

[store]
url = "sqlite:///sobria.db"      # or postgresql://user:password@host/sobria
# Encrypts every text. Keep a copy elsewhere: without it nothing can be read again.
keys = ["@KEY@"]
# retention_days = 90            # texts are deleted after so many days; counts stay

# The models, as many as you like; the smallest that will do is asked first.
# The embedded one runs on this machine (`sobria model fetch` brings it): a trial model, modest answers.
[[models]]
name = "essai"
provider = "embedded"
strength = "small"
hosting = "owned"
zone = "BEL"
watts = 45                       # what the machine draws under load: a guess, measure it
window = 4096
max_output = 700
time_limit = 180
trial = true

# [[models]]
# name = "mistral-small"
# provider = "mistral"           # mistral, anthropic, ollama, or openai for any compatible address
# model = "mistral-small-latest"
# key = "…"                      # or SOBRIA_MODELS as JSON in the environment
# strength = "medium"            # small, medium or large
# zone = "SWE"
# zone_basis = "provider default"
# price = { input = 0.09, output = 0.28, since = 2026-01-01, source = "provider's price list" }

# [[models]]
# name = "maison"
# provider = "openai"
# model = "llama-3.3-8b"
# base_url = "http://192.168.1.20:8000/v1"
# hosting = "owned"
# watts = 350

# [api]                          # the OpenAI-compatible address; `sobria key make` gives keys
# enabled = true
# longest_key = 366              # days that a key may last

# [slack]                        # see docs/slack.md
# bot_token = "xoxb-…"
# app_token = "xapp-…"           # Socket Mode; without it, signing_secret and HTTP
# signing_secret = "…"
# review_channel = "C…"
# admin_channel = "C…"
# command = "/ia"                # as the app's manifest names it
# max_file_mb = 8                # the largest file that is read
# time_limit = 20                # seconds that a call to Slack may take

# [mattermost]                   # see docs/mattermost.md
# url = "https://chat.exemple.be"
# bot_token = "…"
# command_tokens = ["…"]
# callback_secret = "…"
# review_channel = "equipe/relecture"
# admin_channel = "equipe/admin-ia"
# team = "equipe"                # only this team's members
# trust_emails = false           # true when only administrators make accounts
# max_file_mb = 8                # the largest file that is read
# time_limit = 20                # seconds that a call to the server may take
"""
